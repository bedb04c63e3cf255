# frozen_string_literal: true

module Stauth
  # For the controllers of Rails, or anything that has a `request` with an `env`:
  #
  #   class ApplicationController < ActionController::Base
  #     include Stauth::Helpers
  #     before_action :require_login
  #   end
  #
  # Views then have `stauth_user`. The middleware is required:
  # `config.middleware.use Stauth::Middleware` in config/application.rb.
  module Helpers
    def self.included(controller)
      controller.helper_method :stauth_user if controller.respond_to?(:helper_method)
    end

    # Who sent this request?
    def stauth_user
      stauth_request.user
    end

    # For an action: sends the user to a provider. Options as of Stauth::Request#login.
    def login(provider = nil, **options)
      stauth_request.login(provider, **options)
      end_action
    end

    # For an action: ends the session.
    def logout(local: false)
      stauth_request.logout(local: local)
      end_action
    end

    # For before_action: sends users to the login unless they are signed in.
    def require_login
      end_action unless stauth_request.require_login
    end

    # The Stauth::Request.
    def stauth_request
      request.env.fetch("stauth.request") do
        raise NoRequest.new("this code runs outside of Stauth::Middleware", code: "no_request_bound")
      end
    end

    private

    # The library's response takes the place of whatever the action gives. In Rails, this one keeps it from rendering.
    def end_action
      head(:no_content) if respond_to?(:head, true)
    end
  end
end
