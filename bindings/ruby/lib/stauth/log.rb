# frozen_string_literal: true

require "logger"

module Stauth
  LEVELS = { 1 => Logger::INFO, 2 => Logger::WARN, 3 => Logger::ERROR }.freeze # :nodoc:
  private_constant :LEVELS

  class << self
    # Where the library's events go, lines of logfmt: any Logger. By default warnings and errors go to stderr, or what
    # STAUTH_LOG asks for: info, warning or error.
    attr_writer :logger

    def logger
      @logger ||= Logger.new($stderr, progname: "stauth", level: level_of_environment)
    end

    private

    def level_of_environment
      name = ENV.fetch("STAUTH_LOG", "")
      levels = { "" => Logger::WARN, "info" => Logger::INFO, "warning" => Logger::WARN, "error" => Logger::ERROR }
      levels.fetch(name) do
        warn "STAUTH_LOG must be info, warning or error, not #{name.inspect}"
        Logger::WARN
      end
    end
  end

  # The function that all applications log with. It lives as long as the process, since the library may call it at any
  # time. What the logger raises ends here, not in the request.
  WRITE_EVENT = FFI::Function.new(Declarations::LOG.first, Declarations::LOG.drop(1)) do |level, line, _|
    logger.add(LEVELS.fetch(level, Logger::WARN), line.force_encoding("UTF-8"))
  rescue StandardError => e
    warn "stauth: the logger failed: #{e.class}: #{e.message}"
  end
  private_constant :WRITE_EVENT
end
