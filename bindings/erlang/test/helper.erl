%% What several tests need.
-module(helper).

-export([auth/0, auth/1, app/1, settings/0, ada/0, begun/2, begun/3, failure/3, header/2, other_node/2, output/2]).

auth() -> auth(#{}).

auth(Settings) ->
    {ok, Auth} = stauth_testing:new(Settings),
    Auth.

app(Auth) -> stauth_testing:app(Auth).

ada() -> #{sub => <<"ada">>, email => <<"ada@example.org">>, n => 7}.

settings() ->
    #{
        "auth.redirect_uri" => stauth_testing:redirect_uri(),
        "auth.cookie_secret" => "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
        "auth.client_id" => "x",
        "auth.client_secret" => "y",
        "auth.server_metadata_url" => "https://provider.test/.well-known/openid-configuration"
    }.

%% A page of a user with these claims, or of nobody.
begun(Auth, Claims) ->
    Cookies = [{"Cookie", stauth_testing:sign_in(Auth, Claims)} || Claims =/= nobody],
    begun(app(Auth), "/page", Cookies).

begun(App, Target, Headers) ->
    All = [{"Host", "localhost:8501"}, {"Accept", "text/html"}, {"Sec-Fetch-Site", "same-origin"} | Headers],
    {ok, Request} = stauth:request(App, #{method => "GET", target => Target, headers => All}),
    {ok, proceed} = stauth:begin_request(Request),
    Request.

%% The error of an outcome, which must be this.
failure({error, #{kind := Kind, code := Code} = Error}, Kind, Code) -> Error.

header(Request, Name) ->
    {ok, {_, Headers, _}} = stauth:response(Request),
    proplists:get_value(Name, Headers).

%% Runs a function of a test in a node of its own: its status and output.
other_node(Module, Function) ->
    Folders = lists:append([["-pa", Folder] || Folder <- code:get_path(), Folder =/= "."]),
    Arguments = ["-noshell", "-noinput", "-s", atom_to_list(Module), atom_to_list(Function) | Folders],
    Port = open_port({spawn_executable, os:find_executable("erl")}, [
        {args, Arguments}, exit_status, stderr_to_stdout, binary
    ]),
    output(Port, <<>>).

%% What a program prints, and its exit status.
output(Port, Text) ->
    receive
        {Port, {data, More}} -> output(Port, <<Text/binary, More/binary>>);
        {Port, {exit_status, Status}} -> {Status, Text}
    end.
