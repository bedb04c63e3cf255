--- One request: who sent it, and what the library adds to the response. stauth.lua makes one for each of nginx's.
local ffi = require("ffi")
local add_header = require("ngx.resp").add_header
local errors = require("stauth.errors")
local exchange = require("stauth.exchange")
local library = require("stauth.library")

local C, check, failure = library.C, library.check, library.failure
local PROCEED, WAIT = 0, 2
local LONGEST_BODY = 64 * 1024

-- Those that st_request_add_header() asks for. It ignores all others.
local NAMES = {}
for name in ([[
    cookie origin referer sec-fetch-site sec-fetch-mode sec-purpose purpose x-purpose x-moz upgrade content-type accept
    accept-language authorization dpop access-control-request-method host x-forwarded-host x-forwarded-proto
    x-request-id secure-session-response sec-secure-session-id secure-session-skipped
]]):gmatch("%S+") do
    NAMES[name] = true
end

local OPTIONS = { "return_to", "login_hint", "prompt", "acr_values", "max_age", "ui_locales" }

local handle_type = ffi.typeof("st_request *[1]")
local text_type, length_type = ffi.typeof("const char *[1]"), ffi.typeof("size_t[1]")
local action_out = ffi.new("st_action[1]")

local Request = { HEADERS = NAMES, OPTIONS = OPTIONS, LONGEST_BODY = LONGEST_BODY }
Request.__index = Request

--- Method and target as received: "GET", "/report?id=3".
function Request.new(app, method, target)
    local out = handle_type()
    check(C.st_request_new(app.handle, library.text(method, "method"), library.text(target, "target"), out, failure))
    return setmetatable({ handle = ffi.gc(out[0], C.st_request_free), app = app }, Request)
end

--- For App:preload().
function Request.preloading(app)
    local out = handle_type()
    check(C.st_request_new_preload(app.handle, out, failure))
    return setmetatable({ handle = ffi.gc(out[0], C.st_request_free), app = app }, Request)
end

--- `headers`: names and their values, text or lists of text, as ngx.req.get_headers() has them.
function Request:add_headers(headers)
    local block = {}
    for name, values in pairs(headers) do
        if NAMES[name:lower()] then
            for _, value in ipairs(type(values) == "table" and values or { values }) do
                block[#block + 1] = library.text(name, "a header")
                block[#block + 1] = library.text(value, "a header")
            end
        end
    end
    if #block > 0 then
        local text = table.concat(block, "\0") .. "\0"
        check(C.st_request_add_headers(self.handle, text, #text, failure))
    end
end

function Request:wants_body()
    return C.st_request_wants_body(self.handle) == 1
end

function Request:set_body(body)
    check(C.st_request_set_body(self.handle, body, #body, failure))
end

function Request:set_client_address(address)
    check(C.st_request_set_client_address(self.handle, library.text(address, "address"), failure))
end

--- The path that nginx routes by, decoded; begin() then judges by it.
function Request:add_route(path)
    check(C.st_request_add_route(self.handle, path, #path, failure))
end

--- Makes what the library waits for, one exchange after the other, while other requests go on.
function Request:finish_waiting(action)
    while action == WAIT or (action == nil and C.st_request_exchange(self.handle) ~= nil) do
        local lent = C.st_request_exchange(self.handle)
        local wanted = exchange.read(lent)
        local reply, problem = self.app.send(wanted, self.app.trusted_certificate)
        if not reply then
            ngx.log(ngx.WARN, "stauth: no response from ", (wanted.url:gsub("%?.*", "")), ": ", problem)
        elseif not pcall(exchange.respond, lent, reply) then
            ngx.log(ngx.WARN, "stauth: a response that the library refuses")
        end
        check(C.st_request_resume(self.handle, action_out, failure))
        action = action_out[0]
    end
    return action
end

--- Reads the session, and answers the request if its path is the library's. True if nginx makes the page.
function Request:begin()
    check(C.st_request_begin(self.handle, action_out, failure))
    return self:finish_waiting(action_out[0]) == PROCEED
end

--- Whether this user may see the page. `gate` and the decoded path are for open paths; without them, all are closed.
function Request:is_allowed(gate, path)
    local judged = gate and path or nil
    check(C.st_request_require_login(self.handle, gate, judged, judged and #judged or 0, action_out, failure))
    return self:finish_waiting(action_out[0]) == PROCEED
end

--- Who sent the request, as JSON: {"is_logged_in":true, ...claims}, or {"is_logged_in":false}.
function Request:user_json()
    local out, length = text_type(), length_type()
    check(C.st_request_user_json(self.handle, out, length, failure))
    self:add_response_headers()
    return ffi.string(out[0], length[0])
end

function Request:is_logged_in()
    local is_logged_in = C.st_request_is_logged_in(self.handle) == 1
    self:add_response_headers()
    return is_logged_in
end

--- One claim: text as it is, any other value as JSON; nil if there is none.
function Request:claim(name)
    local out, length = text_type(), length_type()
    check(C.st_request_claim(self.handle, library.text(name, "name"), out, length, failure))
    self:add_response_headers()
    return out[0] ~= nil and ffi.string(out[0], length[0]) or nil
end

--- Whether the provider authenticated the user at most this many seconds ago.
function Request:is_fresh(seconds)
    local is_fresh = C.st_request_is_fresh(self.handle, seconds) == 1
    self:add_response_headers()
    return is_fresh
end

local function token_of(request, out, expiry, scope)
    check(C.st_request_access_token(request.handle, action_out, out, expiry, scope, failure))
    return action_out[0]
end

--- An access token for an API, its end in seconds since 1970 (0 if unknown), and its scope.
function Request:access_token()
    local out, expiry, scope = text_type(), ffi.new("int64_t[1]"), text_type()
    local action = token_of(self, out, expiry, scope)
    if action == WAIT then
        self:finish_waiting(action)
        token_of(self, out, expiry, scope)
    end
    self:add_response_headers()
    return ffi.string(out[0]), tonumber(expiry[0]), scope[0] ~= nil and ffi.string(scope[0]) or ""
end

--- Reads the user's claims anew from the provider.
function Request:refresh()
    check(C.st_request_refresh(self.handle, action_out, failure))
    if action_out[0] == WAIT then
        self:finish_waiting(WAIT)
        check(C.st_request_refresh(self.handle, action_out, failure))
    end
    self:add_response_headers()
end

local function set_options(request, options)
    for key in pairs(options) do
        local known = false
        for _, name in ipairs(OPTIONS) do
            known = known or name == key
        end
        if not known then
            errors.raise("ST_INVALID_ARGUMENT", "option_unknown", "there is no option " .. tostring(key), 400)
        end
    end
    for _, key in ipairs(OPTIONS) do
        local value = options[key]
        if type(value) == "number" then
            value = string.format("%d", value)
        end
        check(C.st_request_set(request.handle, key, library.optional(value, key), failure))
    end
end

--- Sends the user to this provider; nil is the default one. `options`: return_to, login_hint, prompt, acr_values,
-- max_age, ui_locales. Like ngx.redirect(), it does not return.
function Request:login(provider, options)
    local name = library.optional(provider, "provider")
    set_options(self, options or {})
    check(C.st_request_login(self.handle, name, failure))
    self:finish_waiting()
    return self:respond()
end

--- Ends the session; `is_local` keeps the one at the provider. Does not return. It fails unless a page of this site sent
-- the request.
function Request:logout(is_local)
    if is_local then
        check(C.st_request_set(self.handle, "logout", "local", failure))
    end
    check(C.st_request_logout(self.handle, failure))
    return self:respond()
end

--- Answers with the library's page for an error, and logs its text. Does not return.
function Request:refuse(problem)
    local code = errors.is(problem) and problem.code or "internal_error"
    ngx.log(code == "internal_error" and ngx.ERR or ngx.WARN, tostring(problem))
    check(C.st_request_refuse(self.handle, code, failure))
    return self:respond()
end

--- Why this request's login was refused; nil if it was not.
function Request:error()
    local lent = C.st_request_error(self.handle)
    return lent ~= nil and library.read_error(lent) or nil
end

--- The status of the library's response; 0 if nginx makes it.
function Request:status()
    return C.st_request_response_status(self.handle)
end

--- The library's headers, as a list of pairs.
function Request:headers()
    local out, length = text_type(), length_type()
    check(C.st_request_response_headers(self.handle, out, length, failure))
    local found = {}
    for name, value in ffi.string(out[0], length[0]):gmatch("(%Z+)%z(%Z*)%z") do
        found[#found + 1] = { name, value }
    end
    return found
end

function Request:body()
    local out, length = text_type(), length_type()
    check(C.st_request_response_body(self.handle, out, length, failure))
    return ffi.string(out[0], length[0])
end

local function has_header(name, value)
    local present = ngx.header[name]
    for _, each in ipairs(type(present) == "table" and present or { present }) do
        if each == value then
            return true
        end
    end
    return false
end

--- Adds the library's headers to the response, in addition to others, and each of them once.
function Request:add_response_headers()
    if not self.is_nginx or ngx.headers_sent then
        return
    end
    for _, header in ipairs(self:headers()) do
        local name, value = header[1], header[2]
        if name:lower() == "content-type" or name:lower() == "location" then
            ngx.header[name] = value
        elseif not has_header(name, value) then
            add_header(name, value)
        end
    end
end

--- Sends the library's response, and ends the request.
function Request:respond()
    local status = self:status()
    local body = self:body()
    ngx.status = status > 0 and status or 500
    self:add_response_headers()
    ngx.header["Content-Length"] = #body
    ngx.print(body)
    return ngx.exit(ngx.HTTP_OK)
end

--- Frees the library's memory of the request. The garbage collector does so otherwise.
function Request:close()
    if self.handle ~= nil then
        C.st_request_free(ffi.gc(self.handle, nil))
        self.handle = nil
    end
end

return Request
