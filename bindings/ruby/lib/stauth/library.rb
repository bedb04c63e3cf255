# frozen_string_literal: true

require "ffi"

module Stauth
  # Finds libstauth.so.0, loads it once, and turns its errors into exceptions.
  class Library # :nodoc: all
    NAME = "libstauth.so.0"
    BUNDLED = File.join(__dir__, NAME)
    # The header that this binding was written for. Before 1.0, the same minor number means the same ABI.
    VERSION = [0, 2].freeze
    LOADING = Mutex.new
    private_constant :LOADING

    class << self
      # The library, loaded on the first call.
      def load
        @load || LOADING.synchronize { @load ||= open }
      end

      private

      def open
        named = ENV["STAUTH_LIBRARY"].to_s
        candidates = named.empty? ? [*(BUNDLED if File.exist?(BUNDLED)), NAME] : [named]
        tried = candidates.map do |path|
          return new(path)
        rescue LoadError => e
          "#{path}: #{e.message}"
        end
        hint = "Install the library, or set STAUTH_LIBRARY to the file."
        raise LibraryNotFound.new("#{NAME} could not be loaded. #{hint} Tried:\n#{tried.join("\n")}",
                                  code: "library_not_found")
      end
    end

    def initialize(path)
      opened = FFI::DynamicLibrary.open(path, FFI::DynamicLibrary::RTLD_LAZY | FFI::DynamicLibrary::RTLD_LOCAL)
      functions = Module.new
      Declarations::FUNCTIONS.each do |name, (result, *arguments)|
        address = opened.find_function(name.to_s) or raise LoadError, "has no #{name}"
        blocking = Declarations::BLOCKING.include?(name)
        FFI::Function.new(result, arguments, address, blocking: blocking).attach(functions, name.to_s)
      end
      extend functions
      found = (st_version_number / 100).divmod(100)
      wanted = self.class::VERSION
      raise LoadError, "is version #{found.join(".")}, and #{wanted.join(".")} is needed" if found != wanted
    end

    # Raises the error that a call has stored, and frees it.
    def check(status, slot)
      return if status.zero?

      error = slot.read_pointer
      begin
        raise exception(status, error)
      ensure
        st_error_free(error)
        slot.write_pointer(nil)
      end
    end

    # Calls a function whose last argument is an st_error **.
    def call(name, *arguments)
      slot = FFI::MemoryPointer.new(:pointer)
      check(public_send(name, *arguments, slot), slot)
    end

    # An st_error as an exception. The caller still frees the error.
    def exception(status, error)
      message, code = st_error_message(error), st_error_code(error)
      if message.nil? || code.nil?
        return InternalError.new("the library failed without a reason: #{st_status_name(status)}")
      end

      said = [st_error_provider_code(error), st_error_provider_description(error)]
      kind = ERRORS.fetch(status, Error)
      kind.new(message.force_encoding("UTF-8"), code: code, http_status: st_error_http_status(error), provider: said)
    end

    # Text for a C function.
    def self.text(value)
      raise TypeError, "expected text, not #{value.class}" unless value.is_a?(String) || value.is_a?(Symbol)

      octets(value.to_s.encode("UTF-8"))
    rescue EncodingError
      raise InvalidArgument.new("text must be UTF-8", code: "invalid_text", http_status: 400)
    end

    # Bytes as received, such as a target or a header.
    def self.octets(value)
      raise TypeError, "expected text, not #{value.class}" unless value.is_a?(String)
      return value unless value.b.include?("\0")

      raise InvalidArgument.new("text must not contain a NUL", code: "invalid_text", http_status: 400)
    end
  end
  private_constant :Library
end
