# frozen_string_literal: true

module Stauth
  # Closes an application to all but signed-in users: by require_login in the settings, and by its own open paths. A page
  # is open only if both leave it open. The library judges.
  class Gate # :nodoc: all
    def initialize(app, require_login, open_paths)
      raise ArgumentError, "open_paths has no effect without require_login" if open_paths.any? && !require_login

      @in_settings = app.requires_login?
      @handle = self.class.make(Library.load, open_paths.map { |path| Library.text(path) }) if require_login
      ObjectSpace.define_finalizer(self, self.class.release(Library.load, @handle.address)) if @handle
    end

    def self.make(library, paths)
      texts = paths.map { |path| FFI::MemoryPointer.from_string(path) }
      array = FFI::MemoryPointer.new(:pointer, texts.size + 1).write_array_of_pointer(texts)
      out = FFI::MemoryPointer.new(:pointer)
      library.call(:st_gate_new, array, texts.size, out)
      out.read_pointer
    end

    def self.release(library, address)
      proc { library.st_gate_free(FFI::Pointer.new(address)) }
    end

    # Begins the request. True if the response is the library's.
    def begin(request, routed)
      request.add_route(routed) if @in_settings
      request.begin || (!@handle.nil? && !request.require_login(routed, gate: @handle))
    end
  end
  private_constant :Gate
end
