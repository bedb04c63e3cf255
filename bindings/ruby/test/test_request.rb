# frozen_string_literal: true

require_relative "helper"

class TestRequest < StauthTest
  def test_nul
    [["G\0T", "/"], ["GET", "/\0"]].each do |method, target|
      assert_fails(Stauth::InvalidArgument, "invalid_text") { auth.request(method, target) }
    end
    assert_fails(Stauth::InvalidArgument, "invalid_text") { auth.request("GET", "/", [["Cookie", "a\0"]]) }
    assert_fails(Stauth::InvalidArgument, "invalid_text") { auth.request("GET", "/", client_address: "1\0") }
    request = begun
    assert_fails(Stauth::InvalidArgument, "invalid_text") { request.login("a\0b") }
    assert_fails(Stauth::InvalidArgument, "invalid_text") { request.login(login_hint: "a\0b") }
    assert_fails(Stauth::InvalidArgument, "invalid_text") { request.refuse("a\0b") }
    assert_equal 0, request.status
  end

  def test_text_that_is_not_utf8
    request = begun
    assert_fails(Stauth::InvalidArgument, "invalid_text") { request.login("\xff") }
    assert_fails(Stauth::InvalidArgument, "invalid_text") { request.login("\xff".b) }
    assert_raises(TypeError) { request.login(7) }
    assert_raises(ArgumentError) { request.login(hint: "x") }
    assert_fails(Stauth::InvalidArgument, "invalid_text") { auth.request("GET", "/\xff") }
    odd = auth.request("GET", "/", [["Referer", "\xff\xfe"], ["Cookie", "\xff=\xfe"]])
    refute odd.begin
    odd.close
  end

  def test_huge_input
    huge = "x" * 70_000
    %w[Cookie Referer Accept].each do |name|
      assert_fails(Stauth::LimitExceeded, "too_large") { auth.request("GET", "/", [[name, huge]]) }
    end
    assert_fails(Stauth::LimitExceeded, "too_large") { auth.request("GET", "/#{huge}") }
    assert_fails(Stauth::LimitExceeded, "too_large") { begun.login(huge) }
    assert_fails(Stauth::LimitExceeded, "too_large") { auth.request("POST", "/auth/login").body = huge }
  end

  def test_request_after_its_end
    request = begun(sub: "ada")
    2.times { request.close }
    assert_equal "ada", request.user["sub"], "it was read before the end"
    %i[login logout refresh access_token require_login].each do |call|
      assert_fails(Stauth::InvalidArgument, "out_of_sequence") { request.public_send(call) }
    end
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { request.begin }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { request.refuse("x") }
    assert_fails(Stauth::InvalidArgument, "invalid_handle") { request.content }
    assert_equal [-1, nil, [], false, false],
                 [request.status, request.error, request.headers, request.wants_body?, request.fresh?(10)]
  end

  def test_calls_out_of_order
    request = auth.request("GET", "/")
    assert_fails(Stauth::InvalidArgument, "out_of_sequence") { request.login }
    refute_predicate request.user, :logged_in?
  end

  # A request that one thread begins, and others finish and close.
  def test_request_of_many_threads
    50.times do
      request = begun(sub: "ada")
      threads = Array.new(4) do
        Thread.new do
          request.user
          request.headers
          request.content
          request.login
        rescue Stauth::InvalidArgument
          nil # another has closed it
        ensure
          request.close
        end
      end
      threads.each(&:join)
      assert_equal(-1, request.status)
    end
  end

  def test_thread_that_is_killed
    20.times do
      request = auth.request("GET", "/auth/login")
      thread = Thread.new { request.begin }
      thread.kill
      thread.join
      request.close
    end
    assert_predicate begun(sub: "ada").user, :logged_in?
  end

  def test_options_of_a_login
    request = begun
    request.login(return_to: "/x", login_hint: "ada", prompt: "login", acr_values: "mfa", max_age: 300, ui_locales: "de")
    %w[login_hint=ada prompt=login acr_values=mfa max_age=300 ui_locales=de].each do |part|
      assert_includes location(request), part
    end
  end

  def test_option_that_is_refused
    request = begun
    assert_fails(Stauth::InvalidArgument, "option_invalid") { request.login(login_hint: "ada", max_age: -1) }
    request.login
    refute_includes location(request), "login_hint"
  end

  def test_fresh
    request = begun(auth_time: Time.now.to_i - 100)
    assert_equal [false, true], [request.fresh?(50), request.fresh?(1000)]
  end

  def test_access_token_and_refresh
    app = Stauth::Testing::App.new(settings: { "auth.expose_tokens" => "access" })
    request = begun(app: app, sub: "ada")
    token = request.access_token
    assert_in_delta Time.now + 3600, token.expires_at, 60
    refute_includes [token.inspect, token.to_s].join, token.secret
    assert_includes request.user.to_h["tokens"], "access"
    request.refresh
    assert_equal "ada", request.user["sub"]
    anonymous = app.request("GET", "/")
    anonymous.begin
    assert_fails(Stauth::RequestRefused, "not_signed_in") { anonymous.access_token }
  end

  def test_logout
    request = begun(sub: "ada")
    request.logout(local: true)
    assert_equal [303, false], [request.status, request.user.logged_in?]
    refused = auth.request("POST", "/x", [["Cookie", cookie_header(auth.sign_in)], ["Sec-Fetch-Site", "cross-site"]])
    refused.begin
    assert_fails(Stauth::RequestRefused, "cross_site_request") { refused.logout }
  end

  private

  def location(request)
    request.headers.to_h["Location"]
  end
end
