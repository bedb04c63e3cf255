--- What a request waits for: one HTTP request to a provider, and its response.
local ffi = require("ffi")
local library = require("stauth.library")

local C, check, failure = library.C, library.check, library.failure
local exchange = {}

local function optional(pointer)
    return pointer ~= nil and ffi.string(pointer) or nil
end

--- Copies an st_exchange, which a table outlives.
function exchange.read(handle)
    local body, length = ffi.new("const char *[1]"), ffi.new("size_t[1]")
    check(C.st_exchange_body(handle, body, length, failure))
    local headers = {}
    while C.st_exchange_header_name(handle, #headers) ~= nil do
        local name = ffi.string(C.st_exchange_header_name(handle, #headers))
        headers[#headers + 1] = { name, optional(C.st_exchange_header_value(handle, #headers)) or "" }
    end
    return {
        method = optional(C.st_exchange_method(handle)),
        url = optional(C.st_exchange_url(handle)),
        headers = headers,
        body = ffi.string(body[0], length[0]),
        timeout = tonumber(C.st_exchange_timeout_ms(handle)),
        connect_timeout = tonumber(C.st_exchange_connect_timeout_ms(handle)),
        proxy = optional(C.st_exchange_proxy(handle)),
        ca_file = optional(C.st_exchange_ca_file(handle)),
        allows_loopback = C.st_exchange_allows_loopback(handle) == 1,
    }
end

--- Reports a response: status, headers as a list of pairs, body.
function exchange.respond(handle, reply)
    for _, header in ipairs(reply.headers) do
        local name, value = library.text(header[1], "a header"), library.text(header[2], "a header")
        check(C.st_exchange_add_header(handle, name, value, failure))
    end
    check(C.st_exchange_respond(handle, reply.status, reply.body, #reply.body, failure))
end

return exchange
