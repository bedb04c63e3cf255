# frozen_string_literal: true

# The figures of c.c, from Ruby.
require "json"
require "stauth"

inputs, turns, iterations, requests_alone = ARGV
turns, iterations = [turns, iterations].map(&:to_i)
read = ->(name) { File.binread("#{inputs}/#{name}") }
must = ->(holds) { holds || raise("a figure of something that failed") }

app = Stauth::App.new("#{inputs}/secrets")
cookie = read["cookie"]
headers = read["headers"].lines(chomp: true).map { |line| line.split(": ", 2) }
library = Stauth.const_get(:Library).load

cases = {
  "request, Ruby" => lambda do
    app.request("GET", "/report?id=3", headers, client_address: "192.0.2.7") do |request|
      must[!request.begin]
      must[request.user.logged_in?]
      must[request.status.zero? && !request.headers.empty?]
    end
  end,
  "cookie, Ruby" => -> { must[app.user_from_cookie(cookie).logged_in?] },
  "20 foreign calls, Ruby" => -> { 20.times { library.st_version_number } }
}
cases = cases.first(1) if requests_alone

(-1...turns).each do |turn|
  cases.each do |name, call|
    cpu, wall = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID), Process.clock_gettime(Process::CLOCK_MONOTONIC)
    iterations.times { call.call }
    wall = Process.clock_gettime(Process::CLOCK_MONOTONIC) - wall
    cpu = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - cpu
    puts JSON.generate(name: name, iterations: iterations, seconds: cpu, wall: wall) unless turn.negative?
  end
end
