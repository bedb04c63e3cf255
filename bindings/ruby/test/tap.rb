# frozen_string_literal: true

# Reports the tests as TAP.
class TapReporter < Minitest::Reporter
  def start
    @count = 0
    @passed = true
  end

  def record(result)
    @passed &&= result.passed? || result.skipped?
    outcome = result.passed? || result.skipped? ? "ok" : "not ok"
    io.puts "#{outcome} #{@count += 1} - #{result.klass}##{result.name}#{" # SKIP" if result.skipped?}"
    result.failures.each { |failure| io.puts "#{failure.message}\n#{failure.backtrace.first(5).join("\n")}".gsub(/^/, "# ") }
  end

  def report
    io.puts "1..#{@count}"
  end

  def passed?
    @passed
  end
end

# Minitest finds it by this name.
module Minitest
  def self.plugin_tap_init(options)
    reporter.reporters.replace([TapReporter.new($stdout, options)])
  end
end
Minitest.extensions << "tap"
