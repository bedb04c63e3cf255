-- HAProxy asks the gateway (stauth serve) whether a request may pass. In haproxy.cfg:
--   global:    lua-load /usr/share/stauth/stauth.lua
--   frontend:  http-request lua.stauth http://127.0.0.1:4180
--              http-request deny deny_status 502 unless { var(txn.stauth_passed) -m bool }
-- The second rule is needed: HAProxy goes on with a request if the script fails.
-- The app gets the identity headers of the answer; everybody else gets the gateway's answer.

local identity = {
    "x-forwarded-user", "x-forwarded-email", "x-forwarded-groups", "x-forwarded-preferred-username",
    "x-forwarded-access-token", "x-forwarded-jwt",
}
-- Of the gateway's answer, what belongs to the connection it came by.
local of_connection = { ["content-length"] = true, ["transfer-encoding"] = true, ["connection"] = true }

-- A name as CGI and its heirs read it: "X_Forwarded_User" is "x-forwarded-user".
local function normalized(name)
    return (name:lower():gsub("[^%w]", "-"))
end

local is_identity = {}
for _, name in ipairs(identity) do is_identity[name] = true end

-- What the browser sent, without what only HAProxy and the gateway may say.
local function question(txn)
    local headers = {}
    for name, values in pairs(txn.http:req_get_headers()) do
        local plain = normalized(name)
        -- A name that CGI and its heirs give the variable of another, or that means something to them (SCRIPT_NAME), is
        -- nobody's to say.
        if is_identity[plain] or name:find("[^%w%-]") then
            txn.http:req_del_header(name)
        elseif not plain:find("^x%-forwarded%-") and not of_connection[plain] and plain ~= "expect" then
            headers[name] = {}
            for _, value in pairs(values) do table.insert(headers[name], value) end
        end
    end
    headers["x-forwarded-method"] = { txn.sf:method() }
    headers["x-forwarded-uri"] = { txn.sf:pathq() }
    headers["x-forwarded-host"] = { txn.sf:req_fhdr("host") }
    headers["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
    headers["x-forwarded-for"] = { txn.sf:src() }
    return headers
end

-- Sends the browser what the gateway has said.
local function refuse(txn, answer)
    local reply = txn:reply({ status = answer.status, body = answer.body })
    for name, values in pairs(answer.headers) do
        if not of_connection[name] then
            for _, value in pairs(values) do reply:add_header(name, value) end
        end
    end
    txn:done(reply)
end

core.register_action("stauth", { "http-req" }, function(txn, gateway)
    local answer = core.httpclient():get({
        url = gateway .. "/auth/forward", headers = question(txn), timeout = 60000,
    })
    if not answer or answer.status == nil or answer.status == 0 then
        txn:done(txn:reply({ status = 502, body = "The gateway does not answer.\n" }))
    elseif answer.status ~= 200 then
        refuse(txn, answer)
    else
        for _, name in ipairs(identity) do
            for _, value in pairs(answer.headers[name] or {}) do txn.http:req_set_header(name, value) end
        end
        -- A renewal of the session, for: http-response add-header Set-Cookie %[var(txn.stauth_cookie)], and
        -- http-response add-header Cache-Control private, both if { var(txn.stauth_cookie) -m found }
        -- The first line keeps the session alive: HAProxy counts from 0, and pairs() would begin with 1.
        local cookies = answer.headers["set-cookie"] or {}
        if cookies[0] or cookies[1] then txn:set_var("txn.stauth_cookie", cookies[0] or cookies[1]) end
        txn:set_var("txn.stauth_passed", true)
    end
end, 1)
