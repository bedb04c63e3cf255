# frozen_string_literal: true

require_relative "helper"

class TestTesting < StauthTest
  def test_installed_app
    auth.install
    twin = Stauth::App.new
    assert_equal "ada", twin.user_from_cookie(cookie_header(auth.sign_in(sub: "ada")))["sub"]
    auth.close
    assert_raises(Stauth::ConfigurationError) { Stauth::App.new }
  ensure
    Stauth::App.stand_in = nil
  end

  def test_settings_are_not_replaced
    auth.install
    assert_raises(Stauth::ConfigurationError) { Stauth::App.new(toml: "[auth]") }
  ensure
    auth.close
  end

  def test_another_app
    cookie = cookie_header(auth.sign_in)
    refute_predicate Stauth::Testing::App.new.user_from_cookie(cookie), :logged_in?
  end

  def test_providers
    auth = Stauth::Testing::App.new(providers: ["google"])
    user = auth.user_from_cookie(cookie_header(auth.sign_in(provider: "google")))
    assert_equal %w[google user], [user["provider"], user["sub"]]
    assert_raises(Stauth::Error) { auth.sign_in(provider: "nobody") }
  end

  def test_client_without_accept_is_a_browser
    closed = { require_login: true }
    assert_equal 302, visit("/", PAGE, options: closed).status
    assert_equal 401, visit("/", PAGE, options: closed, "HTTP_ACCEPT" => "application/json").status
  end

  def test_claims_that_are_refused
    error = assert_raises(Stauth::Error) { auth.sign_in(iss: "https://evil.example", nonce: "x", sub: "") }
    refute_nil error.code
  end
end
