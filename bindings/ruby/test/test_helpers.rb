# frozen_string_literal: true

require_relative "helper"

class TestHelpers < StauthTest
  # What Stauth::Helpers needs of a controller of Rails.
  class Controller
    attr_reader :request, :performed

    @helpers = []
    class << self
      attr_reader :helpers

      def helper_method(name)
        @helpers << name
      end
    end
    include Stauth::Helpers

    def initialize(env)
      @request = Rack::Request.new(env)
    end

    private

    def head(status)
      @performed = status
    end
  end

  # What needs less: it has a request, and no helpers nor a head.
  Plain = Struct.new(:request) { include Stauth::Helpers }

  def act(kind = Controller, user: nil, **env, &action)
    controller = nil
    app = lambda { |given|
      controller = kind.new(kind == Plain ? Rack::Request.new(given) : given)
      controller.instance_eval(&action)
      [200, { "content-type" => "text/plain" }, ["the page"]]
    }
    [visit("/page", app, user: user, **env), controller]
  end

  def test_view_helper
    assert_equal [:stauth_user], Controller.helpers
  end

  def test_user
    name = nil
    act(user: { sub: "ada" }) { name = stauth_user["sub"] }
    assert_equal "ada", name
  end

  def test_login
    [Controller, Plain].each do |kind|
      answer, = act(kind) { login(prompt: "login") }
      assert_equal 302, answer.status
      assert_includes answer["location"], "prompt=login"
    end
  end

  def test_logout
    answer, controller = act(user: { sub: "ada" }) { logout }
    assert_equal [303, :no_content], [answer.status, controller.performed]
  end

  def test_require_login
    answer, controller = act("HTTP_ACCEPT" => "text/html") { require_login }
    assert_equal [302, :no_content], [answer.status, controller.performed]
    answer, controller = act(user: { sub: "ada" }) { require_login }
    assert_equal [200, "the page", nil], [answer.status, answer.body, controller.performed]
  end

  def test_outside_of_the_middleware
    assert_fails(Stauth::NoRequest, "no_request_bound") { Controller.new({}).stauth_user }
  end
end
