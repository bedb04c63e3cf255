--- Signs users in with any OpenID provider: Streamlit's st.login, st.logout and st.user for nginx with Lua.
--
--     init_by_lua_block    { auth = require("stauth").new() }        -- settings from secrets.toml
--     access_by_lua_block  { auth:access() }                         -- the login's own paths; pages are open
--     access_by_lua_block  { auth:require_login() }                  -- the same, for signed-in users only
--
-- In pages: auth:user("email"), auth:request():login("google"), auth:request():logout(). It is a thin layer over
-- libstauth.so.0: all pages, checks and log lines are the library's.
local ffi = require("ffi")
local client = require("stauth.client")
local errors = require("stauth.errors")
local library = require("stauth.library")
local Request = require("stauth.request")

local C, check, failure = library.C, library.check, library.failure
local DEFAULT_SECRETS = ".streamlit/secrets.toml"

local stauth = { VERSION = "0.2.0", is_error = errors.is }

local App = {}
App.__index = App

local function load_settings(config, options)
    local file = options.file
    if not (file or options.toml or options.settings) then
        file = os.getenv("STAUTH_SECRETS") or DEFAULT_SECRETS
    end
    if file then
        check(C.st_config_load_file(config, library.text(file, "file"), failure))
    end
    if options.toml then
        check(C.st_config_load_toml(config, options.toml, #options.toml, failure))
    end
    for key, value in pairs(options.settings or {}) do
        check(C.st_config_set(config, library.text(key, "a key"), library.text(value, key), failure))
    end
end

local function new_gate(open_paths)
    local paths = ffi.new("const char *[?]", #open_paths + 1)
    for index, path in ipairs(open_paths) do
        paths[index - 1] = library.text(path, "an open path")
    end
    local out = ffi.new("st_gate *[1]")
    check(C.st_gate_new(paths, #open_paths, out, failure))
    return ffi.gc(out[0], C.st_gate_free)
end

--- Checks the settings: those of `file`, of the text `toml`, and the single keys in `settings`. Without any of them they
-- are in the file that STAUTH_SECRETS names, otherwise in .streamlit/secrets.toml. Call it in init_by_lua.
--   `open_paths`: closes the site to all but signed-in users, except for these: { "/health", "/static/" }.
--   `log_fd`: the descriptor for the library's events, 2 by default, which is nginx's error log; -1 for none.
--   `trusted_certificate`: the file of lua_ssl_trusted_certificate, if the settings have the same as ca_file.
function stauth.new(options)
    options = options or {}
    local out = ffi.new("st_config *[1]")
    check(C.st_config_new(out, failure))
    local config = ffi.gc(out[0], C.st_config_free)
    load_settings(config, options)
    check(C.st_config_log_to_fd(config, options.log_fd or 2, failure))
    check(C.st_config_set_event_loop(config, 1, failure))
    local made = ffi.new("st_app *[1]")
    check(C.st_app_new(config, made, failure))
    local app = {
        handle = ffi.gc(made[0], C.st_app_free),
        gate = options.open_paths and new_gate(options.open_paths),
        is_closed = C.st_app_requires_login(made[0]) == 1,
        trusted_certificate = options.trusted_certificate,
        send = options.send or client.send,
    }
    return setmetatable(app, App)
end

local function text_of(pointer)
    return pointer ~= nil and ffi.string(pointer) or nil
end

--- The path that begins a login, for links: "/auth/login", optionally with "?provider=NAME&return_to=/page".
function App:login_path()
    return text_of(C.st_app_login_path(self.handle))
end

--- The path that ends the session, for forms that post to it: "/auth/logout".
function App:logout_path()
    return text_of(C.st_app_logout_path(self.handle))
end

--- Where providers send users back to.
function App:callback_paths()
    local found = {}
    while C.st_app_callback_path(self.handle, #found) ~= nil do
        found[#found + 1] = ffi.string(C.st_app_callback_path(self.handle, #found))
    end
    return found
end

local USUAL = 4096
local usual, length = ffi.new("char[?]", USUAL), ffi.new("size_t[1]")

--- What a function writes to a buffer, however long it is.
local function written(write)
    local buffer, capacity = usual, USUAL
    length[0] = 0
    while true do
        local status = write(buffer, capacity)
        if status == 0 or tonumber(length[0]) <= capacity then
            check(status)
            return ffi.string(buffer, length[0])
        end
        C.st_error_free(failure[0])
        failure[0] = nil
        capacity = tonumber(length[0]) * 2
        buffer = ffi.new("char[?]", capacity)
    end
end

--- Who sent this Cookie header? JSON, without a request: no network, no lock.
function App:user_from_cookie(cookie)
    return written(function(buffer, capacity)
        return C.st_user_from_cookie(self.handle, cookie, #(cookie or ""), buffer, capacity, length, failure)
    end)
end

--- The numbers for monitoring, of this process: as JSON, or for Prometheus, "text/plain; version=0.0.4".
function App:stats_json()
    return written(function(buffer, capacity)
        return C.st_app_stats_json(self.handle, buffer, capacity, length, failure)
    end)
end

function App:stats_prometheus()
    return written(function(buffer, capacity)
        return C.st_app_stats_prometheus(self.handle, buffer, capacity, length, failure)
    end)
end

--- Fetches metadata and keys of all providers, so that the first login need not: in a timer of init_worker_by_lua.
function App:preload()
    local request = Request.preloading(self)
    request:begin()
    request:close()
end

--- The body as nginx has it, in memory or in a file; one byte more than the library takes makes it refuse.
local function read_body()
    ngx.req.read_body()
    local body = ngx.req.get_body_data()
    local name = not body and ngx.req.get_body_file()
    local file = name and io.open(name, "rb")
    if file then
        body = file:read(Request.LONGEST_BODY + 1)
        file:close()
    end
    return body or ""
end

--- The paths to judge by: the one that nginx routes by, decoded, and the browser's, which proxy_pass may send on as it is.
-- A server behind that reads it otherwise must not show a closed page for an open one.
local function paths()
    local sent = ngx.var.request_uri:match("^[^?]*"):gsub("%%(%x%x)", function(digits)
        return string.char(tonumber(digits, 16))
    end)
    return { ngx.var.uri, sent }
end

local function is_open(app, request)
    for _, path in ipairs(app.gate and paths() or {}) do
        if not request:is_allowed(app.gate, path) then
            return false
        end
    end
    return true
end

local function begin(app, request)
    request:add_headers(ngx.req.get_headers(0, true))
    request:set_client_address(ngx.var.remote_addr or "")
    if request:wants_body() then
        request:set_body(read_body())
    end
    for _, path in ipairs(app.is_closed and paths() or {}) do
        request:add_route(path)
    end
    return request:begin() and is_open(app, request)
end

--- The request, whose page nginx makes; or it answers, and does not return.
local function enter(app, judge)
    local ok, request = pcall(Request.new, app, ngx.req.get_method(), ngx.var.request_uri)
    local problem = not ok and request
    if not ok then
        request = Request.new(app, "GET", "/") -- for the page of the error
    end
    request.is_nginx = true
    ngx.ctx.stauth = request
    local proceeds = false
    if ok then
        ok, proceeds = pcall(judge, app, request)
        problem = not ok and proceeds
    end
    if problem then
        return request:refuse(problem)
    elseif not proceeds then
        return request:respond()
    end
    request:add_response_headers()
    return request
end

--- For access_by_lua: answers the login's own paths, and, if the settings or `open_paths` close the site, the requests of
-- others for its pages. Otherwise it gives the request, which request() has from then on.
function App:access()
    return enter(self, begin)
end

--- For access_by_lua, where all pages are for signed-in users. Others are sent to the login if they load a page, and get
-- 401 if not.
function App:require_login()
    return enter(self, function(app, request)
        return begin(app, request) and request:is_allowed()
    end)
end

--- The request of this page. It fails if access() or require_login() did not run.
function App:request()
    if not ngx.ctx.stauth then
        errors.raise("ST_NO_REQUEST", "no_request_bound", "auth:access() did not run for this location")
    end
    return ngx.ctx.stauth
end

--- One claim of the user, such as "email"; nil for nobody, or if the provider does not send it.
function App:user(claim)
    return self:request():claim(claim)
end

--- How a server behind may read the name of a header, which has only letters, digits and hyphens to it.
local function as_read(name)
    return (name:lower():gsub("%W", "-"))
end

--- Sends claims to a server behind nginx: { ["X-User"] = "email" }. What the browser sent under these names is removed, in
-- any spelling.
function App:set_headers(claims)
    local ours = {}
    for name in pairs(claims) do
        ours[as_read(name)] = true
    end
    for name in pairs(ngx.req.get_headers(0, true)) do
        if ours[as_read(name)] then
            ngx.req.clear_header(name)
        end
    end
    for name, claim in pairs(claims) do
        local value = self:user(claim)
        if value and not value:find("%c") then
            ngx.req.set_header(name, value)
        else
            ngx.req.clear_header(name)
        end
    end
end

--- Runs a page, and answers with the library's page for an error of this module that it raises.
function App:page(make)
    local ok, problem = pcall(make, self:request())
    if not ok and errors.is(problem) then
        return self:request():refuse(problem)
    elseif not ok then
        error(problem, 0)
    end
end

--- A request for programs that do not go through nginx's phases, and for tests: method and target as received.
function App:new_request(method, target)
    return Request.new(self, method, target)
end

return stauth
