-- The figures of c.c, from Lua in nginx, which runs this as it starts and ends with it (lua.conf).
local auth = require("stauth")
local library = require("stauth.library")
local Request = require("stauth.request")
local ffi = require("ffi")

ffi.cdef([[
    struct bench_time { long seconds, nanoseconds; };
    int clock_gettime(int, struct bench_time *);
]])
local PROCESS_CPU, MONOTONIC = 2, 1
local time = ffi.new("struct bench_time")

local function now(clock)
    ffi.C.clock_gettime(clock, time)
    return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

local inputs, turns, iterations = os.getenv("BENCH_INPUTS"), os.getenv("BENCH_TURNS"), os.getenv("BENCH_ITERATIONS")
local shown = os.getenv("BENCH_MORE") == "" and 3 or 1

local function read(name)
    local file = assert(io.open(inputs .. "/" .. name, "rb"))
    local content = file:read("*a")
    file:close()
    return content
end

local app = auth.new({ file = inputs .. "/secrets" })
local cookie, headers = read("cookie"), {}
for name, value in read("headers"):gmatch("([^\n:]+): ([^\n]*)") do
    headers[name] = value
end

local function is_signed_in(json)
    return json:sub(1, 20) == '{"is_logged_in":true'
end

local cases = {
    { "request, nginx with Lua", function()
        local request = Request.new(app, "GET", "/report?id=3")
        request:add_headers(headers)
        request:set_client_address("192.0.2.7")
        assert(request:begin())
        assert(is_signed_in(request:user_json()))
        assert(request:status() == 0 and #request:headers() > 0)
        request:close()
    end },
    { "cookie, nginx with Lua", function()
        assert(is_signed_in(app:user_from_cookie(cookie)))
    end },
    { "20 foreign calls, nginx with Lua", function()
        for _ = 1, 20 do
            assert(library.C.st_version_number() > 0)
        end
    end },
}

for turn = 0, tonumber(turns) do
    for index = 1, shown do
        local name, call = unpack(cases[index])
        local cpu, wall = now(PROCESS_CPU), now(MONOTONIC)
        for _ = 1, tonumber(iterations) do
            call()
        end
        wall, cpu = now(MONOTONIC) - wall, now(PROCESS_CPU) - cpu
        if turn > 0 then
            local line = '{"name": "%s", "iterations": %d, "seconds": %.9f, "wall": %.9f}\n'
            io.stdout:write(line:format(name, iterations, cpu, wall))
        end
    end
end
io.stdout:flush()
os.exit(0)
