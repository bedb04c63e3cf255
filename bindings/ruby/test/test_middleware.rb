# frozen_string_literal: true

require_relative "helper"

class TestMiddleware < StauthTest
  WHO = ->(env) { [200, { "content-type" => "text/plain", "cache-control" => "no-store" }, [env["stauth.request"].user["sub"].to_s]] }

  def test_user_and_headers
    answer = visit("/", WHO, user: { sub: "ada" })
    assert_equal ["ada", "Cookie", "no-store"], [answer.body, answer["vary"], answer["cache-control"]]
    assert_equal "", visit("/", WHO).body
  end

  def test_response_that_is_replaced
    closed = false
    body = ["the page"].tap { |pieces| pieces.define_singleton_method(:close) { closed = true } }
    answer = visit("/", lambda { |env|
      env["stauth.request"].login
      [201, { "content-type" => "text/plain", "x-page" => "1" }, body]
    }, "HTTP_ACCEPT" => "text/html")
    assert_equal [302, "", nil, true], [answer.status, answer.body, answer["x-page"], closed]
    assert_match(%r{\Ahttps://provider\.test/authorize\?}, answer["location"])
  end

  def test_cookies_are_added
    app = lambda { |env|
      env["stauth.request"].user
      [200, { "Content-Type" => "text/plain", "Set-Cookie" => "mine=1", "Vary" => "Accept" }.freeze, ["x"]]
    }
    idle = Stauth::Testing::App.new(settings: { "auth.idle_timeout" => "1m", "auth.session_lifetime" => "1h" })
    @auth = idle
    answer = visit("/", app, user: { sub: "ada" })
    assert_equal "Accept, Cookie", answer["vary"]
    assert_includes answer.original_headers["Set-Cookie"].split("\n"), "mine=1"
  end

  def test_several_cookies_of_rack_2_and_3
    middleware = Stauth::Middleware.new(PAGE, auth)
    pairs = [%w[Set-Cookie a=1], %w[Set-Cookie b=2]]
    headers = { "set-cookie" => "mine=1" }
    middleware.send(:add, headers, pairs)
    assert_equal({ "set-cookie" => "mine=1\na=1\nb=2" }, headers)
    middleware.define_singleton_method(:rack3?) { true }
    headers = {}
    middleware.send(:add, headers, pairs)
    assert_equal({ "set-cookie" => %w[a=1 b=2] }, headers.transform_values { |value| Array(value) })
  end

  def test_error_that_nobody_catches
    answer = visit("/", ->(env) { env["stauth.request"].login("nobody") })
    assert_equal 404, answer.status
    assert_includes answer.body, "provider_unknown"
    assert_includes @log.string, "uncaught: provider_unknown"
    assert_raises(ZeroDivisionError) { visit("/", ->(_) { 1 / 0 }) }
  end

  # Errors before the application is reached are the library's pages, too.
  def test_request_that_is_refused
    { "too_large" => { "HTTP_COOKIE" => "x" * 70_000 }, "invalid_text" => { "HTTP_ACCEPT" => "a\0" } }.each do |code, env|
      answer = visit("/", PAGE, **env)
      assert_operator answer.status, :>=, 400
      assert_includes answer.body, code
      refute_nil answer["content-security-policy"]
    end
  end

  def test_request_is_closed
    kept = nil
    visit("/", ->(env) { (kept = env["stauth.request"]) && PAGE.call(env) }, user: { sub: "ada" })
    assert_equal ["ada", -1], [kept.user["sub"], kept.status]
    assert_fails(Stauth::InvalidArgument, "out_of_sequence") { kept.login }
    assert_raises(ZeroDivisionError) { visit("/", ->(env) { (kept = env["stauth.request"]) && 1 / 0 }) }
    assert_equal(-1, kept.status)
  end

  def test_form
    form = { method: "POST", "HTTP_ORIGIN" => "http://localhost:8501", "CONTENT_TYPE" => "application/x-www-form-urlencoded" }
    answer = visit("/auth/login", PAGE, **form, input: "return_to=/x")
    assert_equal 303, answer.status
    refute_nil answer["location"]
    assert_equal 413, visit("/auth/login", PAGE, **form, input: "x" * 65_537).status
    echo = ->(env) { [200, { "content-type" => "text/plain" }, [env["rack.input"].read]] }
    assert_equal "mine", visit("/page", echo, **form, input: "mine").body
  end

  def test_head
    answer = visit("/auth/logout", PAGE, method: "HEAD")
    assert_equal "", answer.body
  end

  def test_gate
    gate = { require_login: true, open_paths: ["/health", "/static/"] }
    { "/" => 302, "/health" => 200, "/health/x" => 302, "/static/a.css" => 200, "/static/..%2fx" => 302,
      "/static" => 302, "/static/%2e%2e/x" => 302 }.each do |path, status|
      assert_equal status, visit(path, PAGE, options: gate, "HTTP_ACCEPT" => "text/html").status, path
      assert_equal 200, visit(path, PAGE, options: gate, user: { sub: "ada" }).status, path
    end
    assert_equal 401, visit("/", PAGE, options: gate, "HTTP_ACCEPT" => "application/json").status
  end

  def test_bad_gate
    assert_raises(ArgumentError) { Stauth::Middleware.new(PAGE, auth, open_paths: ["/x"]) }
    ["health", "/a/../b"].each do |path|
      assert_raises(Stauth::ConfigurationError) { Stauth::Middleware.new(PAGE, auth, require_login: true, open_paths: [path]) }
    end
    assert_fails(Stauth::InvalidArgument, "invalid_text") do
      Stauth::Middleware.new(PAGE, auth, require_login: true, open_paths: ["/\0"])
    end
  end

  def test_gate_of_the_settings
    @auth = Stauth::Testing::App.new(settings: { "auth.require_login" => true, "auth.open_paths" => "/open/" })
    assert_equal 200, visit("/open/x").status
    moved = { "SCRIPT_NAME" => "/open", "REQUEST_URI" => "/open/secret" }
    assert_equal 302, visit("/secret", PAGE, **moved).status, "the path that the application routes by counts"
  end

  # A login comes back to the page as the browser knows it.
  def test_target
    { ["/a", {}] => "/a", ["/a?x=1", { "REQUEST_URI" => "/a?x=1" }] => "/a?x=1",
      ["/%C3%A4", { "REQUEST_URI" => "/%C3%A4" }] => "/%C3%A4", ["/a", { "REQUEST_URI" => "/other" }] => "/a",
      ["/a", { "REQUEST_URI" => "http://evil.example/b" }] => "/a",
      ["/p", { "SCRIPT_NAME" => "/app", "REQUEST_URI" => "/app/p" }] => "/app/p",
      ["/p?q", { "SCRIPT_NAME" => "/app" }] => "/app/p?q" }.each do |(path, env), expected|
      middleware = Stauth::Middleware.new(PAGE, auth)
      assert_equal expected, middleware.send(:target, Rack::MockRequest.env_for(path, env))
    end
    env = Rack::MockRequest.env_for("/").merge("PATH_INFO" => "/ä b?", "QUERY_STRING" => "")
    assert_equal "/%C3%A4%20b%3F", Stauth::Middleware.new(PAGE, auth).send(:target, env)
  end

  def test_log_names_request_and_client
    visit("/oauth2callback?code=x&state=y", PAGE, "HTTP_X_REQUEST_ID" => "id-7", "REMOTE_ADDR" => "192.0.2.1")
    assert_includes @log.string, "request_id=id-7 client_address=192.0.2.1"
  end
end
