--- Errors: tables with `status`, such as "ST_NETWORK_ERROR", `code`, such as "provider_unreachable" (docs/errors.md),
-- `message`, which is for logs, and `http_status`. What the provider sent is in `provider_code` and
-- `provider_description`: for logs, never for a page or a decision.
local errors = {}

local Error = {}
Error.__index = Error

function Error:__tostring()
    return "stauth: " .. self.code .. ": " .. self.message
end

function errors.new(fields)
    fields.code = fields.code or "internal_error"
    fields.message = fields.message or "no details"
    fields.http_status = fields.http_status or 500
    return setmetatable(fields, Error)
end

--- Raises an error: its text alone in init_by_lua, because nginx would show "unknown error" for a table.
function errors.throw(problem)
    error(ngx.get_phase() == "init" and tostring(problem) or problem, 0)
end

function errors.raise(status, code, message, http_status)
    errors.throw(errors.new({ status = status, code = code, message = message, http_status = http_status }))
end

--- Whether a value that was caught is an error of this module.
function errors.is(value)
    return getmetatable(value) == Error
end

return errors
