# frozen_string_literal: true

# Sign in with any OpenID provider: Streamlit's st.login, st.logout and st.user for Rack.
#
#   use Stauth::Middleware               # in config.ru: adds the login's own paths
#
#   request = env["stauth.request"]              # in the application, a Stauth::Request
#   request.user["email"]                # who sent this request?
#   request.login("google")              # send this user to that provider
#   request.logout                       # end the session
#
# It is a thin layer over libstauth.so.0: all pages, checks and log lines are the library's.
module Stauth
end

require_relative "stauth/version"
require_relative "stauth/errors"
require_relative "stauth/declarations"
require_relative "stauth/library"
require_relative "stauth/log"
require_relative "stauth/user"
require_relative "stauth/request"
require_relative "stauth/gate"
require_relative "stauth/app"
require_relative "stauth/middleware"
require_relative "stauth/helpers"
