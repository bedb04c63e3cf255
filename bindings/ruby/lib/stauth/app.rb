# frozen_string_literal: true

require "json"
require "uri"

module Stauth
  # A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one; make it before
  # a server forks, if you like. All threads may use it.
  class App
    DEFAULT_SECRETS = ".streamlit/secrets.toml"
    CAPACITY = 64 * 1024 # the most that st_user_from_cookie() needs without a session store
    private_constant :CAPACITY

    class << self
      # Supplies settings and transport of applications that would read a file; set by Stauth::Testing.
      attr_accessor :stand_in # :nodoc:
    end

    # Whether a request without an Accept header counts as a browser's page load; for tests.
    attr_reader :takes_silence_for_browser # :nodoc:

    # `secrets`: the path of a secrets.toml; by default $STAUTH_SECRETS, otherwise .streamlit/secrets.toml.
    # `toml`: the text of one instead. `settings`: single keys that replace its keys, {"auth.port" => 8501}, or all keys.
    # Raises ConfigurationError, which lists all problems, and LibraryNotFound.
    def initialize(secrets = nil, toml: nil, settings: {}, stand_in: nil)
      raise ArgumentError, "pass a path or toml:, not both" if secrets && toml

      stand_in ||= App.stand_in if toml.nil? && settings.empty?
      if stand_in
        secrets, settings, @transport = nil, stand_in.settings, stand_in.transport
        @takes_silence_for_browser = true
      elsif secrets.nil? && toml.nil? && settings.empty?
        secrets = ENV.fetch("STAUTH_SECRETS", "").then { |path| path.empty? ? DEFAULT_SECRETS : path }
      end
      @library = Library.load
      @handle = build(secrets, toml, settings)
      @requires_login = @library.st_app_requires_login(@handle) == 1
      ObjectSpace.define_finalizer(self, self.class.release(@library, @handle.address))
    end

    def self.release(library, address) # :nodoc:
      proc { library.st_app_free(FFI::Pointer.new(address)) }
    end

    # True if the settings require a login for the pages of the site.
    def requires_login?
      @requires_login
    end

    # Fetches metadata and keys of all providers, so the first login need not. May wait for the network.
    def preload
      @library.call(:st_app_preload, @handle)
    end

    # Ends sessions from now on, in every copy of their cookies: `sub:`, of this user; `sid:`, of this session at the
    # provider; `all: true`, all of them. `provider:`, its name in the settings, or `iss:` says whose they are.
    def end_sessions(**selector)
      @library.call(:st_app_end_sessions, @handle, Library.text(JSON.generate(selector)))
    end

    # Who sent this Cookie header? `cookie`: its value, or nil. Never waits.
    def user_from_cookie(cookie)
      return ANONYMOUS if cookie.nil?

      User.new(text_of(:st_user_from_cookie, cookie, cookie.bytesize, capacity: CAPACITY))
    end

    # The numbers for monitoring, of this process: events by name, provider and error code, and how long requests to each
    # provider took. docs/monitoring.md describes them.
    def stats
      JSON.parse(text_of(:st_app_stats_json))
    end

    # The same as text for Prometheus, of the type "text/plain; version=0.0.4".
    def stats_prometheus
      text_of(:st_app_stats_prometheus)
    end

    # One HTTP request: `target` is path and query, percent-encoded as received; `headers` are pairs of name and value;
    # `client_address` is the browser's IP address, for the log. With a block, gives the Request to it and closes it.
    def request(method, target, headers = [], client_address: nil)
      known = headers.filter_map { |name, value| [name.downcase, value] if Request::HEADERS.include?(name.downcase) }
      known << ["accept", "text/html"] if takes_silence_for_browser && known.none? { |name, _| name == "accept" }
      request = Request.new(@library, @handle, method, target, known, client_address)
      return request unless block_given?

      begin
        yield request
      ensure
        request.close
      end
    end

    # The path that begins a login, "/auth/login".
    def login_path
      path(@library.st_app_login_path(@handle))
    end

    # The path that ends the session by POST, and asks first by GET: "/auth/logout".
    def logout_path
      path(@library.st_app_logout_path(@handle))
    end

    # The paths to which providers send users back: one, unless providers have their own redirect_uri.
    def callback_paths
      found = []
      while (path = @library.st_app_callback_path(@handle, found.size))
        found << path.force_encoding("UTF-8")
      end
      found
    end

    # The address for a "Sign in" link. `return_to`: the path to return to; nil for the page with the link.
    def login_url(provider: nil, return_to: nil)
      query = { provider: provider, return_to: return_to }.compact
      query.empty? ? login_path : "#{login_path}?#{URI.encode_www_form(query)}"
    end

    # Closes the application; requests made from it stay usable.
    def close
      return if @handle.nil?

      ObjectSpace.undefine_finalizer(self)
      @library.st_app_free(@handle)
      @handle = nil
    end

    def inspect # :nodoc:
      "#<Stauth::App#{" closed" unless @handle}>"
    end

    private

    def build(secrets, toml, settings)
      out = FFI::MemoryPointer.new(:pointer)
      @library.call(:st_config_new, out)
      config = out.read_pointer
      @library.call(:st_config_load_file, config, Library.text(secrets.to_s)) if secrets
      @library.call(:st_config_load_toml, config, toml, toml.bytesize) if toml
      settings.each { |key, value| @library.call(:st_config_set, config, Library.text(key), written(value)) }
      @library.call(:st_config_set_log, config, WRITE_EVENT, nil, nil)
      @library.call(:st_config_set_transport, config, @transport, nil, nil) if @transport
      @library.call(:st_app_new, config, out)
      out.read_pointer
    ensure
      @library.st_config_free(config) if config
    end

    # What a function writes to a buffer, however long it is.
    def text_of(function, *given, capacity: 16 * 1024)
      length = FFI::MemoryPointer.new(:size_t)
      begin
        buffer = FFI::MemoryPointer.new(capacity, 1, false)
        @library.call(function, @handle, *given, buffer, capacity, length)
      rescue LimitExceeded
        raise if length.read(:size_t) <= capacity

        capacity = 2 * length.read(:size_t) # it may grow meanwhile
        retry
      end
      buffer.read_bytes(length.read(:size_t)).force_encoding("UTF-8")
    end

    # A setting as written in TOML, but text without quotes.
    def written(value)
      case value
      when String, Integer, true, false then Library.text(value.to_s)
      else raise TypeError, "a setting must be text, a number or a boolean, not #{value.class}"
      end
    end

    def path(found)
      raise InvalidArgument.new("the application is closed", code: "invalid_handle") if found.nil?

      found.force_encoding("UTF-8")
    end
  end
end
