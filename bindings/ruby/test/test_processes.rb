# frozen_string_literal: true

require_relative "helper"
require "open3"

# Forks, and ends, while threads are in the library.
class TestProcesses < StauthTest
  def test_fork_while_requests_run
    cookie = cookie_header(auth.sign_in(sub: "ada"))
    busy = Array.new(4) { Thread.new { loop { auth.sign_in } } }
    children = Array.new(5) do
      fork do
        user = auth.user_from_cookie(cookie)["sub"]
        request = auth.request("GET", "/", [["Cookie", cookie]])
        request.begin
        exit!(user == "ada" && request.user["sub"] == "ada" && auth.sign_in.any? ? 0 : 1)
      end
    end
    children.each { |child| assert_predicate Process.wait2(child).last, :success? }
  ensure
    busy.each(&:kill).each(&:join)
  end

  # The child closes what the parent made; the parent goes on with it.
  def test_objects_that_a_child_inherits
    request = begun(sub: "ada")
    child = fork { request.close && exit!(1) || exit }
    assert_predicate Process.wait2(child).last, :success?
    assert_equal "ada", request.user["sub"]
  end

  def test_end_while_requests_run
    script = <<~RUBY
      require "stauth/testing"
      auth = Stauth::Testing::App.new
      ready = Queue.new
      8.times { Thread.new { loop { auth.sign_in; auth.request("GET", "/"); ready << true } } }
      8.times { ready.pop }
    RUBY
    5.times do
      output, status = Open3.capture2e("ruby", "-I#{ROOT}/bindings/ruby/lib", "-e", script)
      assert_predicate status, :success?, output
      assert_empty output
    end
  end

  def test_end_by_a_signal
    script = "require 'stauth/testing'; a = Stauth::Testing::App.new; puts 1; $stdout.flush; loop { a.sign_in }"
    input = IO.popen(["ruby", "-I#{ROOT}/bindings/ruby/lib", "-e", script, { err: File::NULL }])
    assert_equal "1\n", input.gets
    Process.kill("TERM", input.pid)
    input.close
    assert_equal Signal.list["TERM"], $?.termsig
  end

  def test_many_users_at_once
    app = ->(env) { [200, { "content-type" => "text/plain" }, [env["stauth.request"].user["sub"]]] }
    middleware = Stauth::Middleware.new(app, auth)
    threads = Array.new(8) do |number|
      cookie = cookie_header(auth.sign_in(sub: number.to_s))
      Thread.new do
        Array.new(100) { middleware.call(Rack::MockRequest.env_for("/", "HTTP_COOKIE" => cookie)).last.first }.uniq
      end
    end
    assert_equal(Array.new(8) { |number| [number.to_s] }, threads.map(&:value))
  end
end
