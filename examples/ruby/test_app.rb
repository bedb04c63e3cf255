# frozen_string_literal: true

require "minitest"
require "rack"
require "stauth/testing"
require_relative "app"

class TestGuestBook < Minitest::Test
  ADA = { sub: "ada", email: "ada@example.org", name: "Ada <3" }.freeze

  def setup
    @auth = Stauth::Testing::App.new.install
    @app, = Rack::Builder.parse_file(File.join(__dir__, "config.ru"))
    Object.send(:remove_const, :AUTH) # config.ru is read again for each test
  end

  def teardown
    @auth.close
  end

  def visit(target, user = nil, method: "GET", **env)
    cookies = user ? @auth.sign_in(**user).map { |name, value| "#{name}=#{value}" }.join("; ") : ""
    env = { "HTTP_HOST" => "localhost:8501", "HTTP_COOKIE" => cookies, "HTTP_SEC_FETCH_SITE" => "same-origin", **env }
    Rack::MockRequest.new(@app).request(method, target, env)
  end

  def test_page
    assert_includes visit("/any/page").body, 'href="/auth/login"'
    page = visit("/any/page", ADA).body
    ["ada@example.org", "Hello, Ada &lt;3", "you are ada", 'action="/auth/logout"'].each { |text| assert_includes page, text }
  end

  def test_user_json
    assert_includes visit("/user.json", ADA).body, '"email":"ada@example.org"'
  end

  def test_members
    assert_equal "Welcome, Ada <3", visit("/members", ADA).body
    assert_equal "Welcome, member", visit("/members", { sub: "x" }).body
    assert_match(%r{\Ahttps://provider\.test/authorize\?}, visit("/members")["location"])
  end

  def test_login
    assert_match(%r{\Ahttps://provider\.test/authorize\?}, visit("/login")["location"])
    unknown = visit("/login?provider=nobody")
    assert_equal 404, unknown.status
    assert_includes unknown.body, "provider_unknown"
  end

  def test_logout
    answer = visit("/logout", ADA, method: "POST")
    assert_equal 303, answer.status
    assert_includes answer["set-cookie"], "Max-Age=0"
    assert_equal 403, visit("/logout", ADA, method: "POST", "HTTP_SEC_FETCH_SITE" => "cross-site").status
  end
end
