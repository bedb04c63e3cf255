# frozen_string_literal: true

require "json"

module Stauth
  # The claims of a user. `provider` is there if the user is signed in; the provider decides about the rest.
  class User
    SIGNED_IN = '{"is_logged_in":true' # the library writes this member first
    private_constant :SIGNED_IN

    def initialize(json) # :nodoc:
      @json = json
    end

    def logged_in?
      @json.start_with?(SIGNED_IN)
    end

    # A claim, such as user["email"]; nil if the provider does not send it.
    def [](name)
      claims[name.to_s]
    end

    def fetch(name, *default, &block)
      claims.fetch(name.to_s, *default, &block)
    end

    def dig(name, *names)
      claims.dig(name.to_s, *names)
    end

    # All claims, in a new Hash.
    def to_h
      JSON.parse(@json)
    end

    # All claims as JSON, as the library writes them.
    def to_json(*)
      @json
    end

    def ==(other)
      other.is_a?(User) && to_h == other.to_h
    end
    alias eql? ==

    def hash
      to_h.hash
    end

    # Does not show claims: they are personal data, and this text ends up in logs.
    def inspect
      "#<Stauth::User logged_in=#{logged_in?}>"
    end
    alias to_s inspect

    private

    def claims
      @claims ||= to_h.freeze
    end
  end

  ANONYMOUS = User.new('{"is_logged_in":false}')

  # A token to call an API with: "Bearer #{token.secret}".
  class AccessToken
    attr_reader :secret, :expires_at, :scope

    # expires_at:: a Time; nil if the provider does not say
    # scope:: what the token is for, separated by spaces
    def initialize(secret, expires_at, scope) # :nodoc:
      @secret = secret
      @expires_at = expires_at
      @scope = scope
    end

    # Does not show the token: this text ends up in logs.
    def inspect
      "#<Stauth::AccessToken>"
    end
    alias to_s inspect
  end
end
