# frozen_string_literal: true

require_relative "helper"
require "tmpdir"

class TestApp < StauthTest
  def test_error_lists_all_problems
    error = assert_fails(Stauth::ConfigurationError, "configuration_invalid") do
      Stauth::App.new(toml: "[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n")
    end
    assert_includes error.message, "redirect_uri"
    assert_includes error.message, "client_idd"
    assert_equal [500, nil, nil], [error.http_status, error.provider_code, error.provider_description]
    assert_equal Encoding::UTF_8, error.message.encoding
  end

  def test_file_of_the_environment
    Dir.mktmpdir do |folder|
      path = File.join(folder, "secrets.toml")
      ENV["STAUTH_SECRETS"] = path
      assert_raises(Stauth::ConfigurationError) { Stauth::App.new }
      lines = SETTINGS.map { |key, value| "#{key.delete_prefix("auth.")} = '#{value.sub("oauth2callback", "in")}'" }
      File.write(path, "[auth]\n#{lines.join("\n")}\n")
      app = Stauth::App.new
      assert_equal [["/in"], "/auth/login", "/auth/logout"], [app.callback_paths, app.login_path, app.logout_path]
    ensure
      ENV.delete("STAUTH_SECRETS")
    end
  end

  def test_login_url
    assert_equal "/auth/login", auth.login_url
    assert_equal "/auth/login?provider=a+b&return_to=%2Fx%3Fy", auth.login_url(provider: "a b", return_to: "/x?y")
  end

  def test_bad_settings
    ["a\0b", "\xff"].each do |text|
      assert_fails(Stauth::InvalidArgument, "invalid_text") { Stauth::App.new(text) }
      assert_fails(Stauth::InvalidArgument, "invalid_text") { Stauth::App.new(settings: { "auth.client_id" => text }) }
      assert_fails(Stauth::InvalidArgument, "invalid_text") { Stauth::App.new(settings: { text => "x" }) }
    end
    assert_raises(Stauth::Error) { Stauth::App.new(toml: "[auth]\0") }
    assert_raises(TypeError) { Stauth::App.new(settings: { "auth.port" => 1.5 }) }
    assert_raises(ArgumentError) { Stauth::App.new("file", toml: "[auth]") }
  end

  def test_user_who_needs_more_than_a_cookie_holds
    auth = Stauth::Testing::App.new(settings: { "auth.session_store" => "memory" })
    user = auth.user_from_cookie(cookie_header(auth.sign_in(note: "x" * 100_000)))
    assert_equal 100_000, user["note"].length
  end

  def test_user_from_cookie
    user = auth.user_from_cookie(cookie_header(auth.sign_in(email: "ä@example.org", n: [1, { "a" => nil }])))
    assert_predicate user, :logged_in?
    assert_equal ["ä@example.org", [1, { "a" => nil }], "default"], [user["email"], user[:n], user.fetch("provider")]
    assert_equal [1, 3, nil], [user.dig("n", 0), user.fetch("no", 3), user["no"]]
    assert_equal user, Stauth::User.new(user.to_json)
    [nil, "", "a=b", "stauth_session=\0\xff"].each do |cookie|
      refute_predicate auth.user_from_cookie(cookie), :logged_in?
    end
    assert_fails(Stauth::LimitExceeded, "too_large") { auth.user_from_cookie("x" * 70_000) }
  end

  def test_end_sessions
    cookie = cookie_header(auth.sign_in)
    assert_fails(Stauth::InvalidArgument, "option_invalid") { auth.end_sessions(sub: "ada") }
    auth.end_sessions(provider: "default", sub: auth.user_from_cookie(cookie)["sub"])
    refute_predicate auth.user_from_cookie(cookie), :logged_in?
  end

  def test_stats
    auth.sign_in
    succeeded = { "event" => "login_succeeded", "provider" => "default", "count" => 1 }
    assert_includes auth.stats["events"], succeeded
    line = %(stauth_events_total{event="login_succeeded",provider="default",code=""} 1\n)
    assert_includes auth.stats_prometheus, line
  end

  def test_stats_of_many_providers
    toml = +"[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n"
    60.times do |number|
      toml << "[auth.p#{number}]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n" \
              "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n"
    end
    assert_equal 60, Stauth::App.new(toml: toml).stats_prometheus.scan("_count{").size
  end

  def test_user_is_not_shown
    user = auth.user_from_cookie(cookie_header(auth.sign_in(email: "ada@example.org")))
    assert_equal ["#<Stauth::User logged_in=true>"] * 3, [user.inspect, user.to_s, "#{user}"]
    refute_includes auth.inspect, "secret"
  end

  def test_closed_app
    cookie, request = cookie_header(auth.sign_in(sub: "ada")), begun(sub: "ada")
    2.times { auth.close }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { auth.user_from_cookie(cookie) }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { auth.request("GET", "/") }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { auth.login_path }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { auth.preload }
    assert_empty auth.callback_paths
    assert_equal "ada", request.user["sub"], "requests keep their application"
  end

  def test_log
    Stauth::App.new(settings: SETTINGS).request("GET", "/oauth2callback?code=x&state=y", &:begin)
    assert_match(/WARN.*event=login_refused.*code=state_mismatch/, @log.string)
  end

  def test_logger_that_raises
    Stauth.logger = Object.new.tap { |logger| logger.define_singleton_method(:add) { |*| raise "no disk" } }
    _, errors = capture_io do
      Stauth::App.new(settings: SETTINGS).request("GET", "/oauth2callback?code=x&state=y") do |request|
        assert request.begin
        assert_equal "state_mismatch", request.error.code
      end
    end
    assert_includes errors, "the logger failed: RuntimeError: no disk"
  end

  # What is no StandardError goes on to the caller, once the library has returned.
  def test_logger_that_ends_the_program
    request = Stauth::App.new(settings: SETTINGS).request("GET", "/oauth2callback?code=x&state=y")
    Stauth.logger = Object.new.tap { |logger| logger.define_singleton_method(:add) { |*| raise Interrupt } }
    assert_raises(Interrupt) { request.begin }
    assert_equal 400, request.status
    request.close
  end

  def test_forgotten_objects
    50.times { auth.request("GET", "/") }
    GC.start
    assert_predicate begun(sub: "ada").user, :logged_in?
  end

  def test_library_that_cannot_be_loaded
    script = "begin; Stauth::App.new; rescue Stauth::LibraryNotFound => e; puts e.code, e.message; end"
    { "/nowhere/x.so" => "/nowhere/x.so", "/lib/x86_64-linux-gnu/libc.so.6" => "has no st_" }.each do |path, expected|
      said = IO.popen([{ "STAUTH_LIBRARY" => path }, "ruby", "-I#{ROOT}/bindings/ruby/lib", "-rstauth", "-e", script], &:read)
      assert_includes said, "library_not_found"
      assert_includes said, expected
    end
  end

  def test_library_of_another_version
    library = Stauth.const_get(:Library)
    other = Class.new(library) { const_set(:VERSION, [9, 9]) }
    error = assert_raises(LoadError) { other.new(ENV.fetch("STAUTH_LIBRARY")) }
    assert_equal "is version 0.2, and 9.9 is needed", error.message
  end
end
