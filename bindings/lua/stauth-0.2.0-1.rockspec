package = "stauth"
version = "0.2.0-1"
source = { url = "stauth-lua-0.2.0.tar.gz", dir = "stauth-lua-0.2.0" }
description = {
    summary = "Sign in with any OpenID provider, for OpenResty and nginx with Lua",
    license = "Apache-2.0",
}
-- LuaJIT and lua-resty-core are OpenResty's own.
dependencies = { "lua >= 5.1, < 5.2" }
build = {
    type = "builtin",
    modules = {
        ["stauth"] = "lib/stauth.lua",
        ["stauth.client"] = "lib/stauth/client.lua",
        ["stauth.errors"] = "lib/stauth/errors.lua",
        ["stauth.exchange"] = "lib/stauth/exchange.lua",
        ["stauth.library"] = "lib/stauth/library.lua",
        ["stauth.request"] = "lib/stauth/request.lua",
        ["stauth.testing"] = "lib/stauth/testing.lua",
    },
}
