# frozen_string_literal: true

require_relative "helper"
require "open3"
require "tmpdir"

# The gem, as `gem install` gives it to its users.
class TestPackage < StauthTest
  GEM = File.join(ROOT, "build/dist/stauth-#{Stauth::VERSION}.gem")
  LIBRARY = File.join(ROOT, "build/prefix/lib/libstauth.so.0")

  def test_installed_gem
    Dir.mktmpdir do |home|
      env = { "GEM_HOME" => home, "RUBYLIB" => nil, "STAUTH_LIBRARY" => nil, "LD_LIBRARY_PATH" => nil }
      succeed(env, "gem", "install", "--local", "--no-document", GEM)
      found = succeed(env, "gem", "contents", "stauth").split("\n").map { |path| File.basename(path) }
      assert_empty %w[README.md LICENSE stauth.rbs stauth.rb testing.rb] - found
      script = "require 'stauth/testing'; puts Stauth::Testing::App.new.sign_in.keys"
      missing, = Open3.capture2e(env, "ruby", "-e", script)
      assert_includes missing, "libstauth.so.0 could not be loaded" unless system_library?
      assert_equal "stauth_session\n", succeed(env.merge("STAUTH_LIBRARY" => LIBRARY), "ruby", "-e", script)
      assert_equal "stauth_session\n", succeed(env.merge("LD_LIBRARY_PATH" => File.dirname(LIBRARY)), "ruby", "-e", script)
      FileUtils.cp(LIBRARY, Dir["#{home}/gems/stauth-*/lib/stauth"].first)
      assert_equal "stauth_session\n", succeed(env, "ruby", "-e", script), "the package's own file"
    end
  end

  # The signatures name the public methods, and RBS understands them.
  def test_signatures
    Dir.chdir(File.join(__dir__, "..")) { succeed({}, "ruby", "-rrbs", "-rrbs/cli", "-e", <<~RUBY) }
      RBS::CLI.new(stdout: $stdout, stderr: $stderr).run(%w[-I sig validate --silent])
    RUBY
    text = File.read(File.join(__dir__, "../sig/stauth.rbs"), encoding: "UTF-8")
    [Stauth::App, Stauth::Request, Stauth::User, Stauth::AccessToken, Stauth::Helpers, Stauth::Error].each do |kind|
      section = text[/^ *(?:class|module) #{kind.name.split("::").last}\b.*?^  end$/m]
      methods = kind.public_instance_methods(false) - %i[hash inspect to_s ==]
      methods -= %i[takes_silence_for_browser] # of the tests
      missing = methods.reject { |name| section.match?(/(?:def|attr_reader|alias) #{Regexp.escape(name.to_s)}:?\b?/) }
      assert_empty missing, kind.name
    end
  end

  # RBS looks at every call that these tests make.
  def test_signatures_hold
    env = { "RBS_TEST_TARGET" => "Stauth::*", "RBS_TEST_OPT" => "-I sig", "RBS_TEST_LOGLEVEL" => "error" }
    libraries = %w[-rrbs -rrbs/test/setup -Ilib -Itest -rhelper -rtest_middleware -rtest_helpers -rtest_testing]
    output = Dir.chdir(File.join(__dir__, "..")) { succeed(env, "ruby", *libraries, "-e", "exit Minitest.run([])") }
    assert_operator output.scan(/^ok /).size, :>, 20
  end

  private

  def succeed(env, *command)
    output, status = Open3.capture2e(env, *command)
    assert_predicate status, :success?, output
    output
  end

  def system_library?
    `/sbin/ldconfig -p`.include?("libstauth.so.0")
  end
end
