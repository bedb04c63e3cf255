# frozen_string_literal: true

module Stauth
  # One HTTP request, and the library's part of the response. Stauth::Middleware makes one for each. Threads may share it;
  # their calls wait for one another.
  class Request
    # Those that st_request_add_header() asks for; it ignores all others.
    HEADERS = %w[
      cookie origin referer sec-fetch-site sec-fetch-mode sec-purpose purpose x-purpose x-moz upgrade content-type accept
      accept-language authorization dpop access-control-request-method host x-forwarded-host x-forwarded-proto
      x-request-id secure-session-response sec-secure-session-id secure-session-skipped
    ].freeze
    # The most that the library accepts.
    LONGEST_BODY = 64 * 1024
    RESPOND = 1
    OPTIONS = %i[return_to login_hint prompt acr_values max_age ui_locales].freeze
    private_constant :RESPOND, :OPTIONS

    # Made by App#request. `headers`: pairs of a name in lower case and a value.
    def initialize(library, app_handle, method, target, headers, client_address) # :nodoc:
      @library = library
      @lock = Mutex.new
      @error = FFI::MemoryPointer.new(:pointer, 5) # the error, and four outputs
      @outputs = Array.new(4) { |index| @error + (FFI::Pointer.size * (index + 1)) }
      method, target = [method, target].map { |text| Library.octets(text) }
      check(library.st_request_new(app_handle, method, target, @outputs[0], @error))
      @handle = @outputs[0].read_pointer
      ObjectSpace.define_finalizer(self, self.class.release(library, @handle.address))
      add(headers)
      address = client_address && Library.text(client_address)
      check(library.st_request_set_client_address(@handle, address, @error)) if address
    end

    def self.release(library, address) # :nodoc:
      proc { library.st_request_free(FFI::Pointer.new(address)) }
    end

    # True if `begin` needs the request's body.
    def wants_body?
      @lock.synchronize { @library.st_request_wants_body(@handle) == 1 }
    end

    # Passes the body, before `begin`.
    def body=(content)
      call(:st_request_set_body, content, content.bytesize)
    end

    # Names the path that the application routes by, decoded, before `begin`, which then judges by it.
    def add_route(path)
      call(:st_request_add_route, path, path.bytesize)
    end

    # Reads the session. True if the library has answered: send its response. May wait for the network.
    def begin
      answered = call(:st_request_begin, @outputs[0]) { |action| action.read_int32 == RESPOND }
      @user = nil
      answered
    end

    # Who sent this request. Read it before the response begins, which then says that it depends on the user.
    def user
      @lock.synchronize { @user ||= read_user }
    end

    # Makes the response a redirect to this provider; nil is the default one, or a page where the user chooses. Options
    # of this login alone: return_to, a path; login_hint, prompt, acr_values, max_age in seconds, ui_locales. If it
    # raises, nothing has changed. May wait for the network.
    def login(provider = nil, **options)
      refuse_if_late
      unknown = options.keys - OPTIONS
      raise ArgumentError, "unknown keyword: #{unknown.first.inspect}" unless unknown.empty?

      name = provider && Library.text(provider)
      with(options) { call(:st_request_login, name) }
    end

    # Ends the session, and makes the response a redirect to the provider's logout, or to the start page; with `local`,
    # the session at the provider stays. Raises RequestRefused unless a page of this site sent the request.
    def logout(local: false)
      refuse_if_late
      with(local ? { logout: "local" } : {}) { call(:st_request_logout) }
      @user = ANONYMOUS
    end

    # True if this user may see a page for signed-in users. If not, the response is a redirect to the login, or 401 if
    # the request could not follow one. May wait for the network.
    def require_login(path = nil, gate: nil)
      refuse_if_late
      arguments = [gate, path, path.to_s.bytesize, @outputs[0]]
      call(:st_request_require_login, *arguments) { |*, action| action.read_int32 != RESPOND }
    end

    # True if the provider authenticated the user at most so many seconds ago. If not, login(max_age: seconds) has the
    # user authenticate again, and comes back to this page.
    def fresh?(seconds)
      @lock.synchronize { @library.st_request_is_fresh(@handle, seconds.to_i) == 1 }
    end

    # An AccessToken to call an API with, refreshed if it would expire soon. Requires expose_tokens with "access".
    def access_token
      refuse_if_late
      call(:st_request_access_token, *@outputs) do |_, token, expiry, scope|
        at = expiry.read_int64
        AccessToken.new(text_at(token), at.zero? ? nil : Time.at(at), text_at(scope))
      end
    ensure
      @user = nil unless @closed # a refresh may have changed it
    end

    # Reads the user's claims anew from the provider; `user` has them afterwards.
    def refresh
      refuse_if_late
      call(:st_request_refresh, @outputs[0])
      nil
    ensure
      @user = nil unless @closed
    end

    # Makes the response the library's page for an error code.
    def refuse(code)
      call(:st_request_refuse, Library.text(code))
    end

    # Why this request's login was refused; nil if it was not.
    def error
      @lock.synchronize do
        error = @library.st_request_error(@handle)
        error.null? ? nil : @library.exception(@library.st_error_status(error), error)
      end
    end

    # The status of the library's response; 0 if the application's page is the response; -1 after `close`.
    def status
      @lock.synchronize { @library.st_request_response_status(@handle) }
    end

    # The headers to add to the response, the library's or the application's: pairs, in which a name may repeat. None
    # after `close`.
    def headers
      return [] if @closed

      block = call(:st_request_response_headers, *@outputs.first(2)) { |address, length| bytes_at(address, length) }
      block.split("\0", -1)[0..-2].each_slice(2).to_a
    end

    # The body of the library's response.
    def content
      call(:st_request_response_body, *@outputs.first(2)) { |address, length| bytes_at(address, length) }
    end

    # Frees the library's memory of it. `user` stays readable. Calling it again does nothing.
    def close
      @lock.synchronize do
        return if @closed

        @user ||= read_user
        @closed = true
        ObjectSpace.undefine_finalizer(self)
        @library.st_request_free(@handle)
        @handle = nil
      end
    end

    def inspect # :nodoc:
      "#<Stauth::Request#{" closed" if @closed}>"
    end

    private

    def check(status)
      @library.check(status, @error)
    end

    # Calls a function on this request; the block reads its outputs, the last of the arguments.
    def call(function, *arguments)
      @lock.synchronize do
        check(@library.public_send(function, @handle, *arguments, @error))
        yield(*arguments) if block_given?
      end
    end

    def add(headers)
      block = headers.map { |name, value| "#{name}\0#{Library.octets(value).b}\0" }.join
      check(@library.st_request_add_headers(@handle, block, block.bytesize, @error))
    end

    # Sets options for a call, which uses them up. If one is refused, none is left for another call.
    def with(options)
      given = options.compact.transform_values { |value| Library.text(value.is_a?(Integer) ? value.to_s : value) }
      begin
        given.each { |key, value| call(:st_request_set, key.to_s, value) }
      rescue Error
        @lock.synchronize { given.each_key { |key| @library.st_request_set(@handle, key.to_s, nil, nil) } }
        raise
      end
      yield
      nil
    end

    def read_user
      address, length = @outputs
      return ANONYMOUS if @library.st_request_user_json(@handle, address, length, nil) != 0

      User.new(bytes_at(address, length))
    end

    def text_at(slot)
      slot.read_pointer.read_string.force_encoding("UTF-8")
    end

    def bytes_at(address, length)
      address.read_pointer.read_bytes(length.read(:size_t)).force_encoding("UTF-8")
    end

    def refuse_if_late
      return unless @closed

      raise InvalidArgument.new("this call comes too late: the response has begun", code: "out_of_sequence")
    end
  end
end
