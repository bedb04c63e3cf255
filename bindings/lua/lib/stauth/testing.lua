--- Signs users in without a provider, for the tests of a site.
--
--     auth = require("stauth.testing").new()                 -- in place of require("stauth").new()
--     auth:sign_in({ email = "ada@example.org" })            -- the value of a Cookie header
--
-- Each App has its own new secret, and a provider inside of nginx: no other App accepts its cookies. The login is still
-- complete, with every check.
local ffi = require("ffi")
local stauth = require("stauth")

local testing = { REDIRECT_URI = "http://localhost:8501/oauth2callback" }
local ISSUER = "https://provider.test"

-- Of the libcrypto that nginx itself uses.
if not pcall(ffi.typeof, "struct stauth_testing") then
    ffi.cdef([[
        struct stauth_testing { int unused; };
        const void *EVP_sha256(void);
        unsigned char *HMAC(const void *digest, const void *key, int key_length, const unsigned char *text,
                            size_t length, unsigned char *out, unsigned int *out_length);
        int RAND_bytes(unsigned char *bytes, int count);
    ]])
end

local ESCAPED = '[%c"\\]'

local function quoted(text)
    return '"' .. text:gsub(ESCAPED, function(each)
        return string.format("\\u%04x", each:byte())
    end) .. '"'
end

--- Text, numbers, booleans, lists and tables as JSON.
local function json(value)
    if type(value) == "string" then
        return quoted(value)
    elseif type(value) == "number" then
        return string.format(value % 1 == 0 and "%.0f" or "%.17g", value)
    elseif type(value) ~= "table" then
        return tostring(value)
    end
    local parts = {}
    if value[1] ~= nil then
        for index, each in ipairs(value) do
            parts[index] = json(each)
        end
        return "[" .. table.concat(parts, ",") .. "]"
    end
    for name, each in pairs(value) do
        parts[#parts + 1] = quoted(name) .. ":" .. json(each)
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

local function base64url(text)
    return (ngx.encode_base64(text, true):gsub("+", "-"):gsub("/", "_"))
end

local function random()
    local bytes = ffi.new("unsigned char[32]")
    if ffi.C.RAND_bytes(bytes, 32) ~= 1 then
        error("no randomness")
    end
    return base64url(ffi.string(bytes, 32))
end

local function merged(...)
    local all = {}
    for _, each in ipairs({ ... }) do
        for name, value in pairs(each) do
            all[name] = value
        end
    end
    return all
end

local METADATA = {
    issuer = ISSUER,
    authorization_endpoint = ISSUER .. "/authorize",
    token_endpoint = ISSUER .. "/token",
    jwks_uri = ISSUER .. "/keys",
    response_types_supported = { "code" },
    subject_types_supported = { "public" },
    id_token_signing_alg_values_supported = { "HS256" },
    authorization_response_iss_parameter_supported = true,
}

local Provider = {}
Provider.__index = Provider

function Provider:sign(claims)
    local now = ngx.time()
    local all = merged({ iss = ISSUER, aud = "test", iat = now, exp = now + 300 }, claims)
    local text = base64url('{"alg":"HS256"}') .. "." .. base64url(json(all))
    local out, length = ffi.new("unsigned char[64]"), ffi.new("unsigned int[1]")
    ffi.C.HMAC(ffi.C.EVP_sha256(), self.secret, #self.secret, text, #text, out, length)
    return text .. "." .. base64url(ffi.string(out, length[0]))
end

--- Keeps what was granted, by code, and then by refresh token.
function Provider:grant(claims)
    local code = random()
    self.granted[code] = claims
    return code
end

function Provider:tokens(body)
    local fields = ngx.decode_args(body)
    local code = fields.code or fields.refresh_token or ""
    local claims = self.granted[code]
    self.granted[code] = nil
    return claims and {
        access_token = random(), token_type = "Bearer", expires_in = 3600,
        refresh_token = self:grant(claims), id_token = self:sign(claims),
    }
end

--- Answers what the library asks, inside of the process.
function Provider:answer(exchange)
    local found
    if exchange.url == ISSUER .. "/.well-known/openid-configuration" then
        found = METADATA
    elseif exchange.url == ISSUER .. "/token" then
        found = self:tokens(exchange.body)
    end
    local body = exchange.url == ISSUER .. "/keys" and '{"keys":[]}' or found and json(found)
    if not body then
        return nil, "nothing is there"
    end
    return { status = 200, headers = { { "Content-Type", "application/json" } }, body = body }
end

local function header_of(request, wanted)
    for _, header in ipairs(request:headers()) do
        if header[1] == wanted then
            return header[2]
        end
    end
end

--- The cookies that a response sets, as a browser returns them.
local function cookies_of(request)
    local found = {}
    for _, header in ipairs(request:headers()) do
        if header[1] == "Set-Cookie" and not header[2]:find("Max-Age=0", 1, true) then
            found[#found + 1] = header[2]:match("^[^;]*")
        end
    end
    return table.concat(found, "; ")
end

--- Signs a user in with these claims, "sub" being "user" unless they say otherwise. The value of the Cookie header.
local function sign_in(app, claims)
    local start = app:new_request("GET", app:login_path())
    start:begin()
    local query = ngx.decode_args((header_of(start, "Location") or ""):match("%?(.*)$") or "")
    local code = app.provider:grant(merged({ sub = "user" }, claims or {}, { nonce = query.nonce }))
    local answer = ngx.encode_args({ code = code, state = query.state, iss = ISSUER })
    local callback = app:new_request("GET", "/oauth2callback?" .. answer)
    callback:add_headers({ Cookie = cookies_of(start) })
    callback:begin()
    local problem = callback:error()
    if problem then
        error(problem, 0)
    end
    local cookies = cookies_of(callback)
    start:close()
    callback:close()
    return cookies
end

--- An App at whose provider everybody can sign in. `options` are those of stauth.new(), whose settings may be more keys:
-- { settings = { ["auth.session_lifetime"] = "1h" } }.
function testing.new(options)
    options = options or {}
    local provider = setmetatable({ secret = random(), granted = {} }, Provider)
    local settings = {
        ["auth.redirect_uri"] = testing.REDIRECT_URI,
        ["auth.cookie_secret"] = random(),
        ["auth.client_id"] = "test",
        ["auth.client_secret"] = provider.secret,
        ["auth.server_metadata_url"] = ISSUER .. "/.well-known/openid-configuration",
        ["auth.id_token_signed_response_alg"] = "HS256",
    }
    local function send(exchange)
        return provider:answer(exchange)
    end
    local app = stauth.new(merged({ send = send }, options, { settings = merged(settings, options.settings or {}) }))
    app.provider, app.sign_in = provider, sign_in
    return app
end

return testing
