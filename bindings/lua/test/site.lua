--- Pages of the tests.
local client = require("stauth.client")
local site = {}

function site.page(request)
    ngx.header["Cache-Control"] = "max-age=1"
    ngx.print(request:claim("email") or "nobody")
end

function site.sign_in()
    local query = ngx.req.get_uri_args()
    ngx.print((query.app == "closed" and closed or auth):sign_in({ email = query.email }))
end

--- It does not look at the user.
function site.plain()
    ngx.print("plain")
end

function site.late(request)
    ngx.print("begun ")
    ngx.flush(true)
    ngx.print(request:claim("email"))
end

function site.asks(request)
    ngx.print(tostring(request:is_logged_in()))
end

function site.fresh(request)
    ngx.print(tostring(request:is_fresh(300)))
end

function site.login(request)
    local options = ngx.req.get_uri_args()
    local provider = options.provider
    options.provider = nil
    request:login(provider, options)
    ngx.print("not reached")
end

function site.logout(request)
    request:logout(ngx.var.arg_here == "1")
end

function site.defect()
    error("a defect")
end

--- An option that is refused, and then a login without it.
function site.again(request)
    pcall(request.login, request, nil, { login_hint = "ada", max_age = -1 })
    request:login()
end

function site.twice(request)
    for _ = 1, 3 do
        request:is_logged_in()
    end
    ngx.print(request:user_json())
end

function site.headers()
    local headers = ngx.req.get_headers()
    ngx.print(tostring(headers["X-User"]), " ", tostring(headers["X-None"]))
    for name in pairs(ngx.req.get_headers(0, true)) do
        if name:find("^[xX].[uU]ser$") and name ~= "X-User" then
            ngx.print(" and ", name)
        end
    end
end

--- A request by the client, as the query describes it.
function site.send()
    local query = ngx.req.get_uri_args()
    local reply, problem = client.send({
        method = query.method or "GET",
        url = query.url,
        headers = { { "Accept", "application/json" }, { "Host", "forged" } },
        body = query.body or "",
        timeout = tonumber(query.timeout) or 5000,
        connect_timeout = 2000,
        proxy = query.proxy,
        ca_file = query.ca_file,
        allows_loopback = query.loopback ~= "0",
    }, query.trusted)
    if not reply then
        ngx.print("no response: ", problem)
    else
        ngx.print(reply.status, " ", #reply.headers, " ", reply.body)
    end
end

return site
