# frozen_string_literal: true

require "securerandom"
require "openssl"
require "uri"
require "stauth"

module Stauth
  # For the tests of an application: signs users in without a provider.
  #
  #   require "stauth/testing"
  #   AUTH = Stauth::Testing::App.new.install          # in the test helper: from here on no secrets.toml is read
  #   cookies = AUTH.sign_in(email: "ada@example.org") # {name => value}, for the test client
  #
  # Without `install`, pass it to the application: `use Stauth::Middleware, AUTH`. Each App has its own new secret, and a
  # provider inside of the process: no other application accepts its cookies. The login is still complete, with every
  # check. A test client that sends no Accept header counts as a browser.
  module Testing
    ISSUER = "https://provider.test"
    METADATA = "/.well-known/openid-configuration"
    private_constant :METADATA

    # A relying party of an invented provider, at which everybody can sign in.
    class App < Stauth::App
      # `providers`: names of further providers, [auth.NAME] in a secrets.toml. `settings`: more keys.
      def initialize(redirect_uri = "http://localhost:8501/oauth2callback", providers: [], settings: {})
        @callback = URI(redirect_uri).path
        @provider = Provider.new
        keys = { "auth.redirect_uri" => redirect_uri, "auth.cookie_secret" => SecureRandom.hex(32) }
        sections = { "auth" => ISSUER, **providers.to_h { |name| ["auth.#{name}", "#{ISSUER}/#{name}"] } }
        sections.each { |section, issuer| keys.update(@provider.settings(section, issuer)) }
        @stand_in = StandIn.new(keys.merge(settings), @provider.transport)
        super(stand_in: @stand_in)
      end

      # From now on, each Stauth::App that would read a secrets.toml is a twin of this one, which accepts the sessions of
      # this one. Call it before the application is loaded; `close` ends it.
      def install
        Stauth::App.stand_in = @stand_in
        self
      end

      def close
        Stauth::App.stand_in = nil if Stauth::App.stand_in.equal?(@stand_in)
        super
      end

      # Signs a user in with these claims, and returns the cookies of the session. `sub` is "user" unless given.
      # `provider`: one of `providers`; nil for the default one.
      def sign_in(provider: nil, **claims)
        start = visit(login_url(provider: provider))
        endpoint, _, query = start[:location].partition("?")
        asked, issuer = URI.decode_www_form(query).to_h, endpoint.delete_suffix("/authorize")
        code = @provider.authorize({ sub: "user", **claims, nonce: asked["nonce"], iss: issuer })
        answer = URI.encode_www_form(code: code, state: asked["state"], iss: issuer)
        cookies = start[:cookies].map { |name, value| "#{name}=#{value}" }.join("; ")
        visit("#{@callback}?#{answer}", [["cookie", cookies]])[:cookies]
      end

      private

      # The redirect, and the cookies that the response sets, without those that it removes.
      def visit(target, headers = [])
        request("GET", target, headers) do |request|
          request.begin
          @provider.raise_interruption
          raise request.error if request.error

          location = request.headers.to_h { |name, value| [name.downcase, value] }["location"]
          lines = request.headers.filter_map { |name, value| value if name.casecmp?("set-cookie") }
          pairs = lines.map { |line| line.partition(";").first.split("=", 2) }
          { location: location, cookies: pairs.to_h.reject { |_, value| value.empty? } }
        end
      end
    end

    StandIn = Struct.new(:settings, :transport)

    # Answers the library's requests inside of the process, for all issuers.
    class Provider # :nodoc: all
      NETWORK_ERROR = 3
      INTERRUPTION = :stauth_testing_interruption

      attr_reader :transport

      def initialize
        @secret = SecureRandom.hex(32)
        @claims = {} # by code, and then by refresh token
        @lock = Mutex.new
        @transport = FFI::Function.new(:int32, %i[pointer pointer]) { |exchange, _| exchange_messages(exchange) }
      end

      def settings(section, issuer)
        { "client_id" => "test", "client_secret" => @secret, "server_metadata_url" => issuer + METADATA,
          "id_token_signed_response_alg" => "HS256" }.transform_keys { |key| "#{section}.#{key}" }
      end

      # Stands in for the user's consent: a code for these claims.
      def authorize(claims)
        SecureRandom.hex(16).tap { |code| @lock.synchronize { @claims[code] = claims } }
      end

      # Goes on with what ended the last exchange of this thread: a signal, or the end of the program.
      def raise_interruption
        interruption, Thread.current[INTERRUPTION] = Thread.current[INTERRUPTION], nil
        raise interruption if interruption
      end

      private

      def exchange_messages(exchange)
        library = Stauth.const_get(:Library).load
        address, length = FFI::MemoryPointer.new(:pointer), FFI::MemoryPointer.new(:size_t)
        library.call(:st_exchange_body, exchange, address, length)
        sent = address.read_pointer.read_bytes(length.read(:size_t))
        answer = answer_to(library.st_exchange_url(exchange), sent) or return NETWORK_ERROR
        body = JSON.generate(answer)
        library.call(:st_exchange_add_header, exchange, "Content-Type", "application/json")
        library.call(:st_exchange_respond, exchange, 200, body, body.bytesize)
        0
      rescue StandardError => e
        warn "stauth: the provider of the test failed: #{e.class}: #{e.message}"
        NETWORK_ERROR
      rescue Exception => e # The library must return first: ffi loses what is raised beyond an exchange's own calls.
        Thread.current[INTERRUPTION] = e
        NETWORK_ERROR
      end

      def answer_to(url, body)
        return metadata(url.delete_suffix(METADATA)) if url.end_with?(METADATA)
        return { keys: [] } if url.end_with?("/keys") # the ID token is signed with the client's secret

        form = URI.decode_www_form(body).to_h
        claims = @lock.synchronize { @claims.delete(form["code"] || form["refresh_token"]) } or return
        { access_token: SecureRandom.hex(8), token_type: "Bearer", expires_in: 3600, refresh_token: authorize(claims),
          id_token: id_token(claims) }
      end

      def metadata(issuer)
        { issuer: issuer, authorization_endpoint: "#{issuer}/authorize", token_endpoint: "#{issuer}/token",
          jwks_uri: "#{issuer}/keys", response_types_supported: ["code"], subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["HS256"], authorization_response_iss_parameter_supported: true }
      end

      def id_token(claims)
        now = Time.now.to_i
        parts = [{ alg: "HS256" }, { aud: "test", iat: now, exp: now + 300, **claims }]
        signed = parts.map { |part| encoded(JSON.generate(part)) }.join(".")
        "#{signed}.#{encoded(OpenSSL::HMAC.digest("SHA256", @secret, signed))}"
      end

      def encoded(bytes)
        [bytes].pack("m0").tr("+/", "-_").delete("=")
      end
    end
    private_constant :StandIn, :Provider
  end
end
