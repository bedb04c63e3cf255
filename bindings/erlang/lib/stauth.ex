defmodule Stauth do
  @moduledoc """
  Signs users in with any OpenID provider: the equivalent of Streamlit's `st.login`, `st.logout` and `st.user`.

  `Stauth.Plug` is for Plug and Phoenix. Everything else is the Erlang module `:stauth`, whose errors are maps with a
  stable `:code`.
  """

  @doc """
  The application of this node, made from the usual `secrets.toml` when it is first asked for. Raises if the settings must
  change.
  """
  def app do
    :persistent_term.get({__MODULE__, :app}, nil) || :global.trans({__MODULE__, self()}, &make/0, [node()])
  end

  @doc "Makes this application that of the node, such as one with settings of your own, or of `:stauth_testing`."
  def put_app(app) do
    :persistent_term.put({__MODULE__, :app}, app)
  end

  defp make do
    case :persistent_term.get({__MODULE__, :app}, nil) || :stauth.new(%{}) do
      {:ok, app} ->
        put_app(app)
        app

      {:error, error} ->
        raise Stauth.Error, error

      app ->
        app
    end
  end
end

defmodule Stauth.Error do
  @moduledoc "An error of the library's, with its `kind`, `code` and `http_status`; the message is for the log."
  defexception [:kind, :code, :message, :http_status, :provider_code, :provider_description]

  @impl true
  def exception(error), do: struct!(__MODULE__, error)
end
