--- Runs tests, functions by name, and prints TAP.
local stauth = require("stauth")

local tap = {}

function tap.equal(found, expected)
    if found ~= expected then
        error(tostring(found) .. " instead of " .. tostring(expected), 2)
    end
end

function tap.contains(text, part)
    if not tostring(text):find(part, 1, true) then
        error(part .. " is not in " .. tostring(text), 2)
    end
end

--- The call must raise an error of the module with this code.
function tap.fails(code, call, ...)
    local ok, problem = pcall(call, ...)
    if ok then
        error("no error " .. code, 2)
    elseif not stauth.is_error(problem) then
        error("not an error of the module: " .. tostring(problem), 2)
    elseif problem.code ~= code then
        error(tostring(problem) .. " instead of " .. code, 2)
    end
    return problem
end

function tap.run(tests)
    local names = {}
    for name in pairs(tests) do
        names[#names + 1] = name
    end
    table.sort(names)
    ngx.say("1..", #names)
    for number, name in ipairs(names) do
        local ok, problem = pcall(tests[name])
        ngx.say(ok and "ok " or "not ok ", number, " - ", name)
        if not ok then
            ngx.say("# ", tostring(problem))
        end
    end
end

return tap
