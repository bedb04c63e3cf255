# frozen_string_literal: true

# Reports the tests as TAP. The plan comes first: minitest takes an Interrupt for a reason to leave out the other tests.
class TapReporter < Minitest::Reporter
  def start
    @count = 0
    @passed = true
    @planned = Minitest::Runnable.runnables.sum { |runnable| runnable.runnable_methods.size }
    io.puts "1..#{@planned}"
  end

  def record(result)
    @passed &&= result.passed? || result.skipped?
    outcome = result.passed? || result.skipped? ? "ok" : "not ok"
    io.puts "#{outcome} #{@count += 1} - #{result.klass}##{result.name}#{" # SKIP" if result.skipped?}"
    result.failures.each { |failure| io.puts "#{failure.message}\n#{failure.backtrace.first(5).join("\n")}".gsub(/^/, "# ") }
  end

  def passed?
    @passed && @count == @planned
  end
end

# Minitest finds it by this name.
module Minitest
  def self.plugin_tap_init(options)
    reporter.reporters.replace([TapReporter.new($stdout, options)])
  end
end
Minitest.extensions << "tap"
