defmodule Stauth.PlugTest do
  @moduledoc "Stauth.Plug by the shape of Plug."

  defp auth(settings \\ %{}) do
    {:ok, auth} = :stauth_testing.new(settings)
    auth
  end

  defp conn(auth, path, claims \\ nil, more \\ []) do
    cookies = if claims, do: [{"cookie", :stauth_testing.sign_in(auth, claims)}], else: []
    headers = [{"host", "localhost:8501"}, {"accept", "text/html"}, {"sec-fetch-site", "same-origin"}] ++ cookies
    struct(%Plug.Conn{request_path: path, req_headers: headers}, more)
  end

  defp pass(conn, auth, options \\ []) do
    app = :stauth_testing.app(auth)
    Stauth.Plug.call(conn, Stauth.Plug.init([auth: fn -> app end] ++ options))
  end

  defp headers(conn, name), do: for({^name, value} <- conn.resp_headers, do: value)

  def page_of_the_program_test do
    auth = auth()
    conn = pass(conn(auth, "/", %{email: "ada@example.org"}), auth)

    {false, true, "ada@example.org", nil} =
      {conn.halted, Stauth.Plug.logged_in?(conn), Stauth.Plug.claim(conn, "email"), Stauth.Plug.claim(conn, "x")}

    sent = Plug.Conn.send_resp(conn, 200, "mine")
    {200, "mine", ["Cookie"]} = {sent.status, sent.resp_body, headers(sent, "vary")}
    ["max-age=0, private, must-revalidate" | _] = headers(sent, "cache-control")
    false = Stauth.Plug.logged_in?(sent)
    %{code: "invalid_handle"} = error(Stauth.Plug.refresh(sent))
  end

  defp error({:error, error}), do: error

  def login_test do
    auth = auth()

    conn =
      pass(conn(auth, "/login", nil, query_string: "a=b"), auth)
      |> Stauth.Plug.login(nil, prompt: "login", max_age: 300)

    {302, true, :sent} = {conn.status, conn.halted, conn.state}
    [location] = headers(conn, "location")
    true = location =~ "prompt=login" and location =~ "max_age=300"
    true = Enum.all?(conn.resp_headers, fn {name, _} -> name == String.downcase(name) end)
    refused = pass(conn(auth, "/login"), auth) |> Stauth.Plug.login("nobody")
    {404, true} = {refused.status, refused.resp_body =~ "provider_unknown"}
  end

  def logout_test do
    auth = auth()
    conn = pass(conn(auth, "/bye", %{}, method: "POST"), auth) |> Stauth.Plug.logout(logout: "local")
    {303, true} = {conn.status, conn.halted}
    foreign = conn(auth, "/bye", %{}, method: "POST", req_headers: [{"sec-fetch-site", "cross-site"}])
    refused = pass(foreign, auth) |> Stauth.Plug.logout()
    {403, true} = {refused.status, refused.resp_body =~ "cross_site_request"}
  end

  # A program that ignores what login/3 gave, and sends a page of its own.
  def response_that_the_program_sends_in_place_of_a_login_test do
    auth = auth()
    conn = pass(conn(auth, "/"), auth)
    :ok = :stauth.login(conn.private.stauth)
    sent = Plug.Conn.send_resp(conn, 200, "mine")
    {302, [_]} = {sent.status, headers(sent, "location")}
    false = sent.resp_body =~ "mine"
  end

  # Its headers keep pages of one user from another: without them there is no page.
  def page_of_a_request_that_has_ended_test do
    auth = auth()
    conn = pass(conn(auth, "/", %{}), auth)
    :stauth.close(conn.private.stauth)
    sent = Plug.Conn.send_resp(conn, 200, "mine")
    {500, "internal_error\n", []} = {sent.status, sent.resp_body, sent.resp_headers}
  end

  def closed_site_test do
    auth = auth()
    {302, true} = with(conn <- pass(conn(auth, "/page"), auth, require_login: true), do: {conn.status, conn.halted})

    {nil, false} =
      with(conn <- pass(conn(auth, "/page", %{}), auth, require_login: true), do: {conn.status, conn.halted})

    paths = [open_paths: ["/health", "/static/"]]

    for {path, open} <- [{"/health", true}, {"/static/a%20b", true}, {"/he%61lth", false}, {"/static/%2e%2e/x", false}] do
      {^path, ^open} = {path, not pass(conn(auth, path), auth, paths).halted}
    end

    {302, true} = with(conn <- Stauth.Plug.require_login(pass(conn(auth, "/"), auth)), do: {conn.status, conn.halted})
    false = Stauth.Plug.require_login(pass(conn(auth, "/", %{}), auth)).halted
  end

  def path_of_the_library_test do
    auth = auth()
    form = [method: "POST", body: "provider=default&return_to=%2Fx"]
    type = {"content-type", "application/x-www-form-urlencoded"}
    conn = conn(auth, "/auth/login", nil, form)

    {303, true} =
      with(conn <- pass(%{conn | req_headers: [type | conn.req_headers]}, auth), do: {conn.status, conn.halted})

    long = pass(%{conn | body: String.duplicate("x", 200_000)}, auth)
    true = long.status in 400..499 and long.resp_body =~ "too_large"
    broken = pass(%{conn | body: {:error, :timeout}}, auth)
    {400, true} = {broken.status, broken.resp_body =~ "request_incomplete"}
  end

  def bad_input_test do
    auth = auth()
    huge = pass(conn(auth, "/", nil, req_headers: [{"cookie", String.duplicate("x", 70_000)}]), auth)
    true = huge.halted and huge.resp_body =~ "too_large"
    nul = pass(conn(auth, "/", nil, req_headers: [{"cookie", "a=b\0"}]), auth)
    true = nul.halted and nul.resp_body =~ "invalid_text"
    raises("no_request_bound", fn -> Stauth.Plug.login(%Plug.Conn{}) end)

    {~s({"is_logged_in":false}), nil, false} =
      {Stauth.Plug.user(%Plug.Conn{}), Stauth.Plug.claim(%Plug.Conn{}, "x"), Stauth.Plug.fresh?(%Plug.Conn{}, 9)}

    raises("configuration_invalid", fn -> pass(conn(auth, "/"), auth, open_paths: ["health"]) end)
  end

  def application_of_the_node_test do
    System.put_env("STAUTH_SECRETS", "/nowhere.toml")
    raises("configuration_invalid", &Stauth.app/0)
    app = :stauth_testing.app(auth())
    Stauth.put_app(app)
    ^app = Stauth.app()
    :persistent_term.erase({Stauth, :app})
    System.delete_env("STAUTH_SECRETS")
  end

  def tokens_test do
    auth = auth(%{"auth.expose_tokens" => "access"})
    conn = pass(conn(auth, "/", %{auth_time: System.os_time(:second) - 100}), auth)
    {:ok, %{secret: secret}} = Stauth.Plug.access_token(conn)
    true = is_binary(secret.()) and not (inspect(secret) =~ secret.())
    {:ok, true, false} = {Stauth.Plug.refresh(conn), Stauth.Plug.fresh?(conn, 1000), Stauth.Plug.fresh?(conn, 50)}
  end

  defp raises(code, function) do
    raised =
      try do
        function.()
      rescue
        error in Stauth.Error -> error.code
      end

    ^code = raised
  end
end
