defmodule Plug.Conn do
  @moduledoc """
  What `Stauth.Plug` needs of Plug, which Debian does not have, as Plug's documentation describes it.
  """
  defstruct method: "GET",
            request_path: "/",
            query_string: "",
            req_headers: [],
            remote_ip: {127, 0, 0, 1},
            private: %{},
            resp_headers: [{"cache-control", "max-age=0, private, must-revalidate"}],
            resp_body: nil,
            status: nil,
            state: :unset,
            halted: false,
            before_send: [],
            body: ""

  def put_private(conn, key, value), do: put_in(conn.private[key], value)

  def register_before_send(conn, function), do: %{conn | before_send: [function | conn.before_send]}

  def halt(conn), do: %{conn | halted: true}

  def send_resp(%{state: :unset} = conn, status, body) do
    conn = %{conn | status: status, resp_body: body, state: :set}
    %{Enum.reduce(conn.before_send, conn, & &1.(&2)) | state: :sent}
  end

  def read_body(%{body: {:error, reason}}, _options), do: {:error, reason}

  def read_body(conn, options) do
    length = options[:length]

    case conn.body do
      <<piece::binary-size(length), rest::binary>> when rest != "" -> {:more, piece, %{conn | body: rest}}
      whole -> {:ok, whole, %{conn | body: ""}}
    end
  end
end
