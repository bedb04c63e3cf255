--- libstauth.so.0 by LuaJIT's FFI: the declarations of the installed stauth.ffi.h, and calls that raise errors.
local ffi = require("ffi")
local errors = require("stauth.errors")

local library = {}

-- The version that this module is written for: before 1.0, the same minor number means the same interface.
local MAJOR, MINOR = 0, 2

local function here()
    return debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or "."
end

local function load_library(tried)
    local named = os.getenv("STAUTH_LIBRARY")
    for _, name in ipairs({ named or "", here() .. "/libstauth.so.0", "libstauth.so.0" }) do
        if name ~= "" then
            local ok, loaded = pcall(ffi.load, name)
            if ok then
                return loaded, name
            end
            tried[#tried + 1] = tostring(loaded)
        end
    end
end

--- The installed header: beside the library, beside this file, or where systems have headers.
local function read_declarations(library_name, tried)
    local folder = library_name:match("^(.*)/[^/]*$")
    local places = { folder and folder .. "/../include" or "", here(), "/usr/local/include", "/usr/include" }
    for _, place in ipairs(places) do
        local file, problem = io.open(place .. "/stauth.ffi.h")
        if file then
            local text = file:read("*a")
            file:close()
            return (text:gsub("#[^\n]*\n", ""))
        end
        tried[#tried + 1] = place ~= "" and problem or nil
    end
end

local function fail(message, tried)
    errors.raise("ST_CONFIGURATION_ERROR", "library_not_found", message .. ": " .. table.concat(tried, "; "))
end

local function open()
    local tried = {}
    local loaded, name = load_library(tried)
    if not loaded then
        fail("libstauth.so.0 cannot be loaded", tried)
    end
    tried = {}
    local declarations = read_declarations(name, tried)
    if not declarations then
        fail("stauth.ffi.h is missing", tried)
    end
    -- Once, even if this module is loaded anew.
    if not pcall(ffi.typeof, "st_app") then
        ffi.cdef(declarations)
    end
    local version = loaded.st_version_number()
    if math.floor(version / 10000) ~= MAJOR or math.floor(version / 100) % 100 ~= MINOR then
        fail("another version is needed", { ffi.string(loaded.st_version_string()) })
    end
    return loaded
end

local C = open()
library.C = C

local failure = ffi.new("st_error *[1]")

local function text_of(pointer)
    return pointer ~= nil and ffi.string(pointer) or nil
end

--- An st_error as a Lua error, without raising it.
function library.read_error(lent)
    return errors.new({
        status = text_of(C.st_status_name(C.st_error_status(lent))),
        code = text_of(C.st_error_code(lent)),
        message = text_of(C.st_error_message(lent)),
        http_status = C.st_error_http_status(lent),
        provider_code = text_of(C.st_error_provider_code(lent)),
        provider_description = text_of(C.st_error_provider_description(lent)),
    })
end

--- Calls a function that takes an `st_error **` as its last argument; `library.failure` is for that.
function library.check(status)
    if status ~= 0 then
        local lent = failure[0]
        failure[0] = nil
        local problem = library.read_error(lent)
        C.st_error_free(lent)
        errors.throw(problem)
    end
end
library.failure = failure

--- Text for C: a string without a NUL, which would end it early.
function library.text(value, what)
    if type(value) ~= "string" then
        error((what or "the argument") .. " must be a string, not " .. type(value), 3)
    end
    if value:find("\0", 1, true) then
        errors.raise("ST_INVALID_ARGUMENT", "invalid_text", (what or "text") .. " must not contain a NUL", 400)
    end
    return value
end

--- The same, but nil is NULL.
function library.optional(value, what)
    return value ~= nil and library.text(value, what) or nil
end

return library
