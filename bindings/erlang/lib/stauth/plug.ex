defmodule Stauth.Plug do
  @moduledoc """
  A plug that adds the login's own paths to a program, and `user/1`, `login/3` and `logout/2` to those after it. Put it
  before `Plug.Parsers`, and before anything that changes the path:

      plug Stauth.Plug

  Options: `require_login: true` closes the site to all but signed-in users, and `open_paths: ["/health", "/static/"]` too
  except for these paths. `auth: &MyApp.auth/0` names another application than `Stauth.app/0`.
  """

  # This application needs no Plug; programs that use this module have it.
  @compile {:no_warn_undefined, Plug.Conn}

  @longest_body 64 * 1024
  @anonymous ~s({"is_logged_in":false})

  @doc false
  def init(options), do: Map.new(options)

  @doc false
  def call(conn, options) do
    app = Map.get(options, :auth, &Stauth.app/0).()

    case :stauth_visit.open(app, given(conn), door(options)) do
      {:ok, request, :proceed} -> lend(conn, request)
      {:ok, request, :respond} -> answer(conn, request)
      {:error, error} -> refuse(conn, app, error)
    end
  end

  @doc "Who sent the request: JSON, always with `is_logged_in`. Call it before the response begins."
  def user(conn), do: if(request = request(conn), do: :stauth.user(request), else: @anonymous)

  @doc "Whether a signed-in user sent the request."
  def logged_in?(conn), do: :stauth.is_logged_in_json(user(conn))

  @doc "A claim, such as `\"email\"`: text as it is, any other value as JSON; nil if there is none."
  def claim(conn, name), do: if(request = request(conn), do: :stauth.claim(request, name, nil))

  @doc "Whether the provider authenticated the user at most so many seconds ago."
  def fresh?(conn, seconds), do: if(request = request(conn), do: :stauth.is_fresh(request, seconds), else: false)

  @doc """
  Answers with a redirect to this provider; nil is the default one, or a page where the user chooses. Options: `return_to`,
  `login_hint`, `prompt`, `acr_values`, `max_age` in seconds, `ui_locales`. If it fails, answers with the library's page.
  """
  def login(conn, provider \\ nil, options \\ []) do
    request = request!(conn)
    answer(conn, request, :stauth.login(request, provider || :undefined, Map.new(options)))
  end

  @doc "Ends the session and answers with a redirect. `logout: \"local\"` keeps the session at the provider."
  def logout(conn, options \\ []) do
    request = request!(conn)
    answer(conn, request, :stauth.logout(request, Map.new(options)))
  end

  @doc "A plug for pages of signed-in users: `plug :require_login` after `import Stauth.Plug`. Others get an answer."
  def require_login(conn, _options \\ []) do
    request = request!(conn)

    case :stauth.require_login(request) do
      {:ok, :proceed} -> conn
      other -> answer(conn, request, other)
    end
  end

  @doc "A token to call an API with: `{:ok, %{secret: fun, expires_at: seconds, scope: text}}` or `{:error, error}`."
  def access_token(conn), do: :stauth.access_token(request!(conn))

  @doc "Reads the user's claims anew from the provider: `:ok` or `{:error, error}`."
  def refresh(conn), do: :stauth.refresh(request!(conn))

  defp given(conn) do
    query = if conn.query_string == "", do: "", else: "?" <> conn.query_string

    %{
      method: conn.method,
      target: conn.request_path <> query,
      path: conn.request_path,
      headers: conn.req_headers,
      client_address: :inet.ntoa(conn.remote_ip),
      body: fn -> body(conn) end
    }
  end

  # At most a byte more than the library accepts, so that it refuses what is too long.
  defp body(conn) do
    case Plug.Conn.read_body(conn, length: @longest_body + 1) do
      {:error, reason} -> {:error, reason}
      {_, body, _conn} -> {:ok, binary_part(body, 0, min(byte_size(body), @longest_body + 1))}
    end
  end

  defp door(%{open_paths: paths}) do
    key = {__MODULE__, :gate, paths}
    :persistent_term.get(key, nil) || make_gate(key, paths)
  end

  defp door(%{require_login: true}), do: :closed
  defp door(_options), do: :open

  defp make_gate(key, paths) do
    case :stauth.gate(paths) do
      {:ok, gate} ->
        :persistent_term.put(key, gate)
        gate

      {:error, error} ->
        raise Stauth.Error, error
    end
  end

  defp lend(conn, request) do
    conn
    |> Plug.Conn.put_private(:stauth, request)
    |> Plug.Conn.register_before_send(&finish(&1, request))
  end

  # The program's page with the library's headers, or the library's in its place. Without its headers no page is sent.
  defp finish(%{private: %{stauth: nil}} = conn, _request), do: conn

  defp finish(conn, request) do
    response = :stauth.response(request)
    :stauth.close(request)

    case response do
      {:ok, {0, headers, _}} -> add(conn, headers)
      {:ok, {status, headers, body}} -> replace(conn, status, headers, body)
      {:error, _} -> replace(conn, 500, [], "internal_error\n")
    end
  end

  defp replace(conn, status, headers, body) do
    add(%{conn | status: status, resp_headers: [], resp_body: body}, headers)
  end

  defp add(conn, headers) do
    %{
      conn
      | resp_headers: conn.resp_headers ++ Enum.map(headers, fn {name, value} -> {String.downcase(name), value} end)
    }
  end

  defp answer(conn, request, outcome) do
    with {:error, error} <- outcome, do: :stauth_visit.fail(request, error)
    answer(conn, request)
  end

  # Sends the library's response; nothing after it is asked.
  defp answer(conn, request) do
    page = :stauth_visit.finish(request, {500, [], ""})
    :stauth.close(request)
    send_page(conn, page)
  end

  defp send_page(conn, {status, headers, body}) do
    %{conn | resp_headers: []}
    |> add(headers)
    |> Plug.Conn.put_private(:stauth, nil)
    |> Plug.Conn.send_resp(status, body)
    |> Plug.Conn.halt()
  end

  # The library has not even taken the request: its page is that of another.
  defp refuse(conn, app, error) do
    send_page(conn, :stauth_visit.failed(app, error))
  end

  defp request(conn), do: conn.private[:stauth]

  defp request!(conn) do
    request(conn) ||
      raise Stauth.Error,
        kind: :no_request,
        code: "no_request_bound",
        message: "Stauth.Plug comes first",
        http_status: 500
  end
end
