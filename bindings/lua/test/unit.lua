--- Apps and requests without nginx's phases: declarations, bad input, logins by the fixture.
local library = require("stauth.library")
local Request = require("stauth.request")
local stauth = require("stauth")
local tap = require("tap")
local testing = require("stauth.testing")

local tests = {}
local NUL = "a\0b"
local SETTINGS = {
    ["auth.redirect_uri"] = testing.REDIRECT_URI,
    ["auth.client_id"] = "x",
    ["auth.client_secret"] = "y",
    ["auth.cookie_secret"] = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
    ["auth.server_metadata_url"] = "https://provider.test/.well-known/openid-configuration",
}

-- What stauth.h has and this module does not call, and why.
local UNUSED = {}
for name in ([[
    st_config_set_clock st_config_set_random
    st_config_set_log st_config_set_transport st_config_set_session_store st_record_set
    st_app_shared st_app_preload st_request_may_block st_request_login_may_block st_request_loads_page
    st_request_logout_may_block st_app_end_sessions
    st_request_add_header st_request_response_header_count st_request_response_header
    st_request_bind st_request_unbind st_login st_logout st_user_json
    st_native_new st_native_login st_native_callback st_native_device_login st_native_poll st_native_is_pending
    st_native_wait_ms st_native_expires_in st_native_url st_native_verification_uri st_native_user_code
    st_native_session
]]):gmatch("%S+") do
    -- For tests of the library; callbacks, which could end the VM; init_by_lua is the place for an app; what the event
    -- loop replaces; all headers in one call; one request on a thread; programs without a site.
    UNUSED[name] = true
end

local function read(path)
    local file = assert(io.open(ROOT .. "/" .. path))
    local text = file:read("*a")
    file:close()
    return text
end

local function begun(app, claims, target)
    local request = app:new_request("GET", target or "/page")
    request:add_headers({ Host = "localhost:8501", ["Sec-Fetch-Site"] = "same-origin" })
    if claims then
        request:add_headers({ Cookie = app:sign_in(claims) })
    end
    tap.equal(request:begin(), true)
    return request
end

function tests.every_function_is_called()
    local sources = ""
    for _, name in ipairs({ "stauth", "stauth/library", "stauth/request", "stauth/exchange" }) do
        sources = sources .. read("bindings/lua/lib/" .. name .. ".lua")
    end
    local count = 0
    for name in read("build/prefix/include/stauth.ffi.h"):gmatch("\n[%w_ ]+[ *](st_[%w_]+)%(") do
        count = count + 1
        local is_called = sources:find("%f[%w_]C%." .. name .. "%f[^%w_]") or sources:find("loaded%." .. name)
        if (is_called ~= nil) == (UNUSED[name] ~= nil) then
            error(name .. (is_called and " is called and listed as unused" or " is neither called nor unused"))
        end
        UNUSED[name] = nil
        tap.equal(library.C[name] ~= nil, true)
    end
    tap.equal(count > 80, true)
    tap.equal(next(UNUSED), nil)
end

function tests.every_header_of_a_request()
    local sentence = read("include/stauth.h"):match("Add all of them, or at least ([%w ,\n-]+);")
    local count = 0
    for name in sentence:gsub("%s+and%s+", ", "):gmatch("[^,%s]+") do
        tap.equal(Request.HEADERS[name:lower()], true)
        count = count + 1
    end
    for _ in pairs(Request.HEADERS) do
        count = count - 1
    end
    tap.equal(count, 0)
end

function tests.numbers_of_the_header()
    local header = read("include/stauth.h")
    tap.contains(header, "ST_PROCEED = 0,")
    tap.contains(header, "ST_WAIT = 2 ")
    tap.contains(header:gsub("%s+", " "), "so. At most 64 KiB")
    tap.equal(Request.LONGEST_BODY, 65536)
    tap.equal(stauth.VERSION, header:match('ST_VERSION_STRING "([^"]+)"'))
    for _, name in ipairs(Request.OPTIONS) do
        tap.contains(header, "\n     " .. name .. " ")
    end
end

function tests.problems_of_the_settings()
    local problem = tap.fails("configuration_invalid", stauth.new, { settings = { ["auth.redirect_uri"] = "nowhere" } })
    tap.equal(problem.status, "ST_CONFIGURATION_ERROR")
    tap.contains(problem.message, "redirect_uri")
    tap.contains(problem.message, "cookie_secret")
    tap.fails("configuration_invalid", stauth.new, { file = "/missing/secrets.toml" })
    tap.fails("configuration_invalid", stauth.new, { toml = "[auth" })
    tap.fails("configuration_invalid", stauth.new, { settings = SETTINGS, open_paths = { "health" } })
    tap.fails("invalid_argument", stauth.new, { settings = SETTINGS, log_fd = 9999 })
end

function tests.text_with_a_nul()
    local app = testing.new()
    tap.fails("invalid_text", stauth.new, { file = NUL })
    tap.fails("invalid_text", stauth.new, { settings = { [NUL] = "x" } })
    tap.fails("invalid_text", stauth.new, { settings = SETTINGS, open_paths = { "/" .. NUL } })
    tap.fails("invalid_text", app.new_request, app, NUL, "/")
    tap.fails("invalid_text", app.new_request, app, "GET", "/" .. NUL)
    local fresh = app:new_request("GET", "/")
    tap.fails("invalid_text", fresh.add_headers, fresh, { Cookie = NUL })
    tap.fails("invalid_text", fresh.add_headers, fresh, { Cookie = { "a=b", NUL } })
    tap.fails("invalid_text", fresh.set_client_address, fresh, NUL)
    local request = begun(app)
    tap.fails("invalid_text", request.login, request, NUL)
    tap.fails("invalid_text", request.login, request, nil, { login_hint = NUL })
    tap.fails("invalid_text", request.claim, request, NUL)
    tap.equal(request:status(), 0)
    tap.contains(app:user_from_cookie(NUL), '"is_logged_in":false')
end

function tests.arguments_of_another_type()
    local app = testing.new()
    for _, wrong in ipairs({ 7, true, {}, print }) do
        local ok, problem = pcall(app.new_request, app, wrong, "/")
        tap.equal(ok, false)
        tap.contains(problem, "must be a string")
        tap.equal(pcall(begun(app).login, begun(app), wrong), false)
    end
end

function tests.text_that_is_not_utf8()
    local app = testing.new()
    tap.fails("invalid_text", app.new_request, app, "GET", "/\255")
    local request = begun(app)
    tap.fails("invalid_text", request.login, request, "\255")
    local odd = app:new_request("GET", "/")
    odd:add_headers({ Referer = "\255\254", Cookie = "\255=\254" })
    tap.equal(odd:begin(), true)
end

function tests.huge_input()
    local app, huge = testing.new(), ("x"):rep(70000)
    for _, name in ipairs({ "Cookie", "Referer", "Accept" }) do
        local request = app:new_request("GET", "/")
        tap.fails("too_large", request.add_headers, request, { [name] = huge })
        tap.fails("request_incomplete", request.begin, request)
    end
    tap.fails("too_large", app.new_request, app, "GET", "/" .. huge)
    tap.fails("too_large", app.user_from_cookie, app, huge)
    local post = app:new_request("POST", "/auth/login")
    tap.equal(post:wants_body(), true)
    tap.fails("too_large", post.set_body, post, huge)
    tap.fails("too_large", post.add_route, post, huge)
end

function tests.request_after_its_end()
    local request = begun(testing.new(), { sub = "ada" })
    request:close()
    request:close()
    for name in ("begin user_json refresh access_token login logout headers body is_allowed"):gmatch("%S+") do
        tap.fails("invalid_handle", request[name], request)
    end
    tap.equal(request:status(), -1)
    tap.equal(request:is_logged_in() or request:is_fresh(1000) or request:wants_body(), false)
    tap.equal(request:error(), nil)
end

function tests.request_outlives_its_app()
    local request = begun(testing.new(), { sub = "ada" })
    collectgarbage()
    collectgarbage()
    tap.equal(request:claim("sub"), "ada")
end

function tests.calls_out_of_order()
    local request = testing.new():new_request("GET", "/")
    tap.fails("out_of_sequence", request.login, request)
    request:begin()
    tap.fails("out_of_sequence", request.add_headers, request, { Cookie = "a=b" })
end

function tests.claims()
    local app = testing.new()
    local request = begun(app, { name = 'Ada "\\\n<3', groups = { "a", { b = 1 } }, level = 3, verified = true, empty = "" })
    tap.equal(request:claim("name"), 'Ada "\\\n<3')
    tap.equal(request:claim("groups"), '["a",{"b":1}]')
    tap.equal(request:claim("level") .. request:claim("verified") .. request:claim("empty"), "3true")
    tap.equal(request:claim("absent"), nil)
    tap.contains(request:user_json(), '"is_logged_in":true')
    tap.equal(begun(app):user_json(), '{"is_logged_in":false}')
end

function tests.user_from_cookie()
    local app = testing.new()
    local large = ("g"):rep(3000) .. ("h"):rep(3000) -- more than the first buffer takes
    tap.contains(app:user_from_cookie(app:sign_in({ groups = { large } })), large)
    tap.equal(app:user_from_cookie(nil), '{"is_logged_in":false}')
    tap.contains(app:stats_json(), "{")
    tap.contains(app:stats_prometheus(), "# TYPE stauth_")
end

function tests.paths()
    local app = testing.new()
    tap.equal(app:login_path() .. app:logout_path(), "/auth/login/auth/logout")
    tap.equal(table.concat(app:callback_paths(), " "), "/oauth2callback")
end

function tests.fresh_users_and_tokens()
    local app = testing.new({ settings = { ["auth.expose_tokens"] = "access" } })
    local request = begun(app, { sub = "ada", auth_time = ngx.time() - 100 })
    tap.equal(request:is_fresh(50), false)
    tap.equal(request:is_fresh(1000), true)
    local token, expiry = request:access_token()
    tap.equal(#token > 20 and expiry > ngx.time() + 3000, true)
    request:refresh()
    tap.equal(request:claim("sub"), "ada")
    local anonymous = begun(app)
    tap.fails("not_signed_in", anonymous.access_token, anonymous)
end

function tests.gate()
    local app = testing.new({ open_paths = { "/health", "/static/" } })
    local request = begun(app)
    for path, is_open in pairs({ ["/health"] = true, ["/static/x"] = true, ["/"] = false, ["/static/../x"] = false }) do
        tap.equal(begun(app):is_allowed(app.gate, path), is_open)
    end
    tap.equal(request:is_allowed(), false)
    tap.equal(request:status(), 401)
    tap.equal(begun(app, {}):is_allowed(), true)
end

function tests.provider_that_does_not_answer()
    local function send()
        return nil, "no network"
    end
    local app = testing.new({ send = send })
    tap.fails("provider_unreachable", app.preload, app)
    local refused = app:new_request("GET", "/auth/login")
    tap.equal(refused:begin(), false)
    tap.equal(refused:error().code, "provider_unreachable")
    local odd = testing.new({ send = function()
        return { status = 200, headers = { { "Content-Type", NUL } }, body = "{}" }
    end })
    tap.fails("provider_unreachable", odd.preload, odd)
end

function tests.sessions_of_another_app()
    local app, other = testing.new(), testing.new()
    tap.contains(other:user_from_cookie(app:sign_in({})), '"is_logged_in":false')
end

return tests
