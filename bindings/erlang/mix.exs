defmodule Stauth.MixProject do
  use Mix.Project

  def project do
    [
      app: :stauth,
      version: "0.2.0",
      elixir: "~> 1.14",
      description: "Sign users in with any OpenID provider: the equivalent of Streamlit's st.login",
      compilers: [:stauth_nif, :erlang, :elixir, :app],
      deps: []
    ]
  end

  def application do
    [mod: {:stauth_app, []}, registered: [:stauth_sup, :stauth_log], extra_applications: [:logger]]
  end
end

defmodule Mix.Tasks.Compile.StauthNif do
  @moduledoc "Compiles the NIF by make, before Mix copies priv."
  use Mix.Task.Compiler

  @impl true
  def run(_arguments) do
    case System.cmd("make", [], stderr_to_stdout: true) do
      {_output, 0} ->
        Mix.Project.build_structure()
        {:ok, []}

      {output, _status} ->
        Mix.shell().error(output)
        {:error, []}
    end
  end
end
