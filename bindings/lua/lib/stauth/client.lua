--- HTTP to providers by nginx's cosockets, which keep nobody waiting. It obeys the settings that an exchange carries.
local client = {}

local LONGEST_BODY = 1024 * 1024
local LONGEST_HEAD = 64 * 1024

local LOOPBACK = { "^127%.", "^0%.", "^%[?::1%]?$", "^%[?::%]?$", "^%[?::ffff:127%.", "^%[?::ffff:0%." }

local function is_loopback(host)
    if host == "localhost" or host:find("%.localhost%.?$") then
        return true
    end
    for _, pattern in ipairs(LOOPBACK) do
        if host:find(pattern) then
            return true
        end
    end
    return false
end

--- Scheme, host, port and the rest of an absolute URL, as the library writes them.
local function parse(url)
    local scheme, authority, target = url:match("^(https?)://([^/?#]+)([^#]*)")
    if not scheme then
        return nil
    end
    local user, place = authority:match("^(.*)@(.*)$")
    place = place or authority
    local host, port = place:match("^(%[[^%]]*%]):?(%d*)$")
    if not host then
        host, port = place:match("^([^:]*):?(%d*)$")
    end
    if not host or host == "" then
        return nil
    end
    target = target == "" and "/" or target:gsub("^%?", "/?")
    return {
        scheme = scheme, host = host:lower(), port = tonumber(port) or (scheme == "https" and 443 or 80), user = user,
        authority = place, target = target,
    }
end

local Connection = {}
Connection.__index = Connection

--- What is left of the time for the whole exchange becomes the time limit of the next step.
function Connection:step(name, ...)
    ngx.update_time()
    local left = math.floor((self.deadline - ngx.now()) * 1000)
    if left <= 0 then
        return nil, "timeout"
    end
    self.socket:settimeout(left)
    return self.socket[name](self.socket, ...)
end

function Connection:connect(place, limit)
    local address = place.host == "localhost" and "127.0.0.1" or place.host
    ngx.update_time()
    self.socket:settimeout(math.max(1, math.min(limit, math.floor((self.deadline - ngx.now()) * 1000))))
    return self.socket:connect(address, place.port)
end

--- Reads more. Nginx's own time limit is for the pause between two bytes, so nothing here asks it for a whole line.
function Connection:fill()
    local piece, problem = self:step("receiveany", 16384)
    self.buffer = self.buffer .. (piece or "")
    return piece, problem
end

function Connection:read_line()
    local start = 1
    while true do
        local found = self.buffer:find("\n", start, true)
        if found then
            local line = self.buffer:sub(1, found - 1):gsub("\r$", "")
            self.buffer = self.buffer:sub(found + 1)
            return line
        elseif #self.buffer > LONGEST_HEAD then
            return nil, "a line over 64 KiB"
        end
        start = #self.buffer + 1
        local piece, problem = self:fill()
        if not piece then
            return nil, problem
        end
    end
end

--- `length` bytes; all that come before the connection ends if it is nil.
function Connection:read_bytes(length)
    local parts, size = { self.buffer }, #self.buffer
    while not length or size < length do
        local piece, problem = self:step("receiveany", 65536)
        if problem == "closed" and not length then
            break
        elseif not piece then
            return nil, problem
        end
        parts[#parts + 1], size = piece, size + #piece
        if not length and size > LONGEST_BODY then
            return nil, "over 1 MiB"
        end
    end
    local all = table.concat(parts)
    self.buffer = length and all:sub(length + 1) or ""
    return length and all:sub(1, length) or all
end

--- Status and headers, as a list of pairs.
function Connection:read_head()
    local line, problem = self:read_line()
    local status = line and line:match("^HTTP/1%.[01] (%d%d%d)")
    if not status then
        return nil, problem or "not HTTP"
    end
    local headers, size = {}, #line
    while true do
        line, problem = self:read_line()
        if not line then
            return nil, problem
        end
        size = size + #line
        if line == "" then
            return tonumber(status), headers
        end
        local name, value = line:match("^([^%s:]+):[ \t]*(.-)[ \t]*$")
        if not name or size > LONGEST_HEAD then
            return nil, "a bad header"
        end
        headers[#headers + 1] = { name, value }
    end
end

function Connection:read_chunks()
    local parts, size = {}, 0
    while true do
        local line, problem = self:read_line()
        local digits = line and line:match("^(%x+)[ \t]*;?")
        local length = digits and #digits <= 8 and tonumber(digits, 16)
        if not length then
            return nil, problem or "a bad chunk"
        elseif length == 0 then
            return table.concat(parts)
        end
        size = size + length
        if size > LONGEST_BODY then
            return nil, "over 1 MiB"
        end
        parts[#parts + 1], problem = self:read_bytes(length)
        if problem or self:read_line() ~= "" then
            return nil, problem or "a bad chunk"
        end
    end
end

function Connection:read_body(status, headers)
    local of = {}
    for _, header in ipairs(headers) do
        local name = header[1]:lower()
        if of[name] and of[name] ~= header[2] and name == "content-length" then
            return nil, "two lengths"
        end
        of[name] = header[2]
    end
    if status == 204 or status == 304 then
        return ""
    elseif of["content-encoding"] and of["content-encoding"]:lower() ~= "identity" then
        return nil, "an encoding that was not asked for"
    elseif of["transfer-encoding"] then
        if of["transfer-encoding"]:lower() ~= "chunked" then
            return nil, "an unknown transfer encoding"
        end
        return self:read_chunks()
    elseif not of["content-length"] then
        return self:read_bytes()
    end
    local length = of["content-length"]:match("^%d+$") and #of["content-length"] < 10 and tonumber(of["content-length"])
    if not length or length > LONGEST_BODY then
        return nil, "over 1 MiB"
    end
    return self:read_bytes(length)
end

--- The informational responses before the real one are skipped.
function Connection:read_response()
    local status, headers
    repeat
        status, headers = self:read_head()
        if not status then
            return nil, headers
        end
    until status >= 200
    local body, problem = self:read_body(status, headers)
    if not body then
        return nil, problem
    end
    return { status = status, headers = headers, body = body }
end

local function authorization(user)
    return "Proxy-Authorization: Basic " .. ngx.encode_base64(ngx.unescape_uri(user)) .. "\r\n"
end

--- Through the proxy to the provider's port.
function Connection:tunnel(place, proxy)
    local target = place.host .. ":" .. place.port
    local lines = "CONNECT " .. target .. " HTTP/1.1\r\nHost: " .. target .. "\r\n"
    local sent, problem = self:step("send", lines .. (proxy.user and authorization(proxy.user) or "") .. "\r\n")
    if not sent then
        return nil, problem
    end
    local status
    status, problem = self:read_head()
    if self.buffer ~= "" then
        return nil, "the proxy says something before TLS begins"
    elseif status and status >= 200 and status < 300 then
        return true
    end
    return nil, status and "the proxy refuses: " .. status or problem
end

function Connection:open(place, proxy, exchange)
    local ok, problem = self:connect(proxy or place, exchange.connect_timeout)
    if not ok then
        return nil, problem
    end
    if place.scheme == "http" then
        return true
    end
    if proxy then
        ok, problem = self:tunnel(place, proxy)
        if not ok then
            return nil, problem
        end
    end
    -- The certificate is verified against lua_ssl_trusted_certificate.
    return self:step("sslhandshake", nil, (place.host:gsub("^%[(.*)%]$", "%1")), true)
end

local function request_text(place, proxy, exchange)
    local is_forwarded = proxy and place.scheme == "http"
    local target = is_forwarded and "http://" .. place.authority .. place.target or place.target
    local lines = { exchange.method .. " " .. target .. " HTTP/1.1\r\nHost: " .. place.authority .. "\r\n" }
    if is_forwarded and proxy.user then
        lines[#lines + 1] = authorization(proxy.user)
    end
    for _, header in ipairs(exchange.headers) do
        local name = header[1]:lower()
        if name ~= "host" and name ~= "content-length" and name ~= "connection" then
            lines[#lines + 1] = header[1] .. ": " .. header[2] .. "\r\n"
        end
    end
    if exchange.method ~= "GET" then
        lines[#lines + 1] = "Content-Length: " .. #exchange.body .. "\r\n"
    end
    return table.concat(lines) .. "Connection: close\r\n\r\n" .. exchange.body
end

local function send(connection, exchange, place, proxy)
    local ok, problem = connection:open(place, proxy, exchange)
    if ok then
        ok, problem = connection:step("send", request_text(place, proxy, exchange))
    end
    if not ok then
        return nil, problem
    end
    return connection:read_response()
end

--- Sends `exchange`, a table of stauth.exchange, and returns the response, with status, headers and body; or nil and
-- why there is none. `trusted` is the file of lua_ssl_trusted_certificate, if the application names it.
function client.send(exchange, trusted)
    local place, proxy = parse(exchange.url), exchange.proxy and parse(exchange.proxy)
    if not place or (exchange.proxy and (not proxy or proxy.scheme ~= "http")) then
        return nil, "a URL that this client does not understand"
    elseif exchange.ca_file and exchange.ca_file ~= trusted then
        return nil, "ca_file must be the file of lua_ssl_trusted_certificate, and trusted_certificate of stauth.new()"
    elseif not exchange.allows_loopback and not proxy and is_loopback(place.host) then
        return nil, "a loopback address"
    end
    ngx.update_time()
    local deadline = ngx.now() + exchange.timeout / 1000
    local connection = setmetatable({ socket = ngx.socket.tcp(), deadline = deadline, buffer = "" }, Connection)
    local reply, problem = send(connection, exchange, place, proxy)
    connection.socket:close()
    return reply, problem
end

return client
