# frozen_string_literal: true

# A warning about this binding is an error.
module StrictWarnings
  def warn(message, category: nil)
    raise message if message.include?("/bindings/ruby/")

    super
  end
end
Warning.extend(StrictWarnings)

require "minitest"
require "rack"
require "stauth/testing"
require_relative "tap"

# What the tests share.
class StauthTest < Minitest::Test
  ROOT = File.expand_path("../../..", __dir__)
  HEADER = File.read(File.join(ROOT, "include/stauth.h"), encoding: "UTF-8")
  SETTINGS = {
    "auth.redirect_uri" => "http://localhost:8501/oauth2callback", "auth.client_id" => "x", "auth.client_secret" => "y",
    "auth.cookie_secret" => "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
    "auth.server_metadata_url" => "https://provider.test/.well-known/openid-configuration"
  }.freeze
  PAGE = ->(_) { [200, { "content-type" => "text/plain" }, ["the page"]] }

  private

  def setup
    Stauth.logger = Logger.new(@log = StringIO.new)
  end

  def auth
    @auth ||= Stauth::Testing::App.new
  end

  def cookie_header(cookies)
    cookies.map { |name, value| "#{name}=#{value}" }.join("; ")
  end

  def begun(headers = [], app: auth, **user)
    headers += [["Cookie", cookie_header(app.sign_in(**user))]] unless user.empty?
    request = app.request("GET", "/page", [["Sec-Fetch-Site", "same-origin"], *headers])
    refute request.begin
    request
  end

  def assert_fails(kind, code, &block)
    error = assert_raises(kind, &block)
    assert_equal code, error.code
    error
  end

  # A request to an application behind the middleware, which Rack's own rules are checked for on both sides.
  def visit(target, app = PAGE, options: {}, user: nil, **env)
    middleware = Stauth::Middleware.new(Rack::Lint.new(app), auth, **options)
    env = { "HTTP_HOST" => "localhost:8501", "HTTP_SEC_FETCH_SITE" => "same-origin", **env }
    env["HTTP_COOKIE"] = cookie_header(auth.sign_in(**user)) if user
    Rack::MockRequest.new(Rack::Lint.new(middleware)).request(env.delete(:method) || "GET", target, env)
  end
end
