# frozen_string_literal: true

module Stauth
  # Rack middleware: answers the library's own paths, and puts a Stauth::Request into env["stauth.request"].
  #
  # `auth`: an App, the path of a secrets.toml, or nil for App.new. `require_login`: only signed-in users pass, but for
  # the `open_paths`: "/health" is that path alone, "/static/" that folder and all below it. Put it inside of any
  # middleware that changes the path.
  class Middleware
    # The names of the headers, as Rack knows them.
    ENVIRONMENT = Request::HEADERS.to_h do |name|
      [name == "content-type" ? "CONTENT_TYPE" : "HTTP_#{name.upcase.tr("-", "_")}", name]
    end.freeze
    private_constant :ENVIRONMENT

    attr_reader :auth

    def initialize(app, auth = nil, require_login: false, open_paths: [])
      @app = app
      @auth = auth.is_a?(App) ? auth : App.new(auth)
      @gate = Gate.new(@auth, require_login, open_paths)
    end

    def call(env)
      request = make_request(env)
      return answer(env, request) if begins?(env, request)

      env["stauth.request"] = request
      status, headers, body = @app.call(env)
      return finish(request, status, headers, body) if request.status <= 0

      body.close if body.respond_to?(:close)
      answer(env, request)
    rescue Error => e
      refuse(env, request, e)
    ensure
      request&.close
    end

    private

    def make_request(env)
      headers = ENVIRONMENT.filter_map { |key, name| [name, env[key]] if env[key] }
      @auth.request(env["REQUEST_METHOD"], target(env), headers, client_address: env["REMOTE_ADDR"])
    end

    # True if the response is the library's.
    def begins?(env, request)
      request.body = env["rack.input"]&.read(Request::LONGEST_BODY + 1) || "" if request.wants_body?
      @gate.begin(request, unescaped(env["PATH_INFO"]))
    end

    # The target as the browser sent it, if it is still the path that the application is asked for.
    def target(env)
      path = "#{env["SCRIPT_NAME"]}#{env["PATH_INFO"]}"
      raw = env["REQUEST_URI"].to_s
      return raw if raw.start_with?("/") && unescaped(raw.split("?", 2).first) == unescaped(path)

      path = "/#{path}" unless path.start_with?("/")
      query = env["QUERY_STRING"].to_s
      encoded = path.b.gsub(/[^!-~]|[?#]/n) { |byte| format("%%%02X", byte.ord) }
      query.empty? ? encoded : "#{encoded}?#{query}"
    end

    def unescaped(path)
      path.to_s.b.gsub(/%\h\h/) { |escape| escape[1, 2].hex.chr }
    end

    def answer(env, request)
      content = request.content
      headers = { name_of("content-length") => content.bytesize.to_s }
      add(headers, request.headers)
      [request.status, headers, env["REQUEST_METHOD"] == "HEAD" ? [] : [content]]
    end

    # The application's response with the library's headers.
    def finish(request, status, headers, body)
      ours = request.headers
      return [status, headers, body] if ours.empty?

      headers = headers.dup if headers.frozen?
      add(headers, ours)
      [status, headers, body]
    end

    # Adds headers, never in place of others.
    def add(headers, pairs)
      pairs.each do |name, value|
        found = headers.keys.find { |key| key.casecmp?(name) }
        if found.nil?
          headers[name_of(name)] = value
        elsif name.casecmp?("set-cookie")
          headers[found] = rack3? ? [*headers[found], value] : [*headers[found], value].join("\n")
        else
          headers[found] = "#{headers[found]}, #{value}"
        end
      end
    end

    def rack3?
      defined?(::Rack.release) && ::Rack.release.to_i >= 3
    end

    # Rack 3 wants names in lower case. Older middleware looks for the usual ones.
    def name_of(name)
      rack3? ? name.downcase : name.split("-").map(&:capitalize).join("-")
    end

    # The library's page for an error that nobody has caught. Its text is for developers.
    def refuse(env, request, error)
      Stauth.logger.add(error.http_status == 500 ? Logger::ERROR : Logger::WARN, "uncaught: #{error.code}: #{error.message}")
      request ||= @auth.request("GET", "/") # the library has not even taken the request
      request.refuse(error.code)
      answer(env, request)
    end
  end
end
