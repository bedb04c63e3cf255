# frozen_string_literal: true

require "erb"
require "rack"
require "stauth"

# Every path shows the page, but for those below.
class GuestBook
  PAGE = ERB.new(File.read(File.join(__dir__, "page.erb")), trim_mode: "-")

  def initialize(auth)
    @auth = auth
  end

  def call(env)
    request = env["stauth.request"]
    case [env["REQUEST_METHOD"], env["PATH_INFO"]]
    in [_, "/user.json"] then answer("application/json", request.user.to_json)
    in [_, "/login"] then login(env, request)
    in ["POST", "/logout"] then logout(request)
    in [_, "/members"] then show_members(request)
    else answer("text/html; charset=utf-8", page(request.user))
    end
  end

  private

  def answer(type, content)
    [200, { "content-type" => type }, [content]]
  end

  # The library's redirect takes the place of this response.
  def login(env, request)
    request.login(Rack::Request.new(env).GET["provider"])
    answer("text/plain", "")
  end

  def logout(request)
    request.logout
    answer("text/plain", "")
  end

  def show_members(request)
    return answer("text/plain", "") unless request.require_login

    answer("text/plain; charset=utf-8", "Welcome, #{request.user["name"] || "member"}")
  end

  def page(user)
    PAGE.result_with_hash(user: user, login_path: @auth.login_path, logout_path: @auth.logout_path)
  end
end
