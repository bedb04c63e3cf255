%% The package, as Mix compiles it in an empty folder.
-module(package_test).

-compile([export_all, nowarn_export_all]).

hex_package_test() ->
    Root = declarations_test:root(),
    Folder = filename:join(os:getenv("TMPDIR", "/tmp"), "stauth-hex-" ++ os:getpid()),
    ok = filelib:ensure_dir(filename:join(Folder, "contents/x")),
    {ok, Files} = erl_tar:extract(filename:join(Root, "build/dist/stauth-0.2.0.tar"), [memory]),
    [Version, Metadata, Contents, Sum] = [
        proplists:get_value(Name, Files)
     || Name <- ["VERSION", "metadata.config", "contents.tar.gz", "CHECKSUM"]
    ],
    Sum = binary:encode_hex(crypto:hash(sha256, [Version, Metadata, Contents])),
    ok = erl_tar:extract({binary, Contents}, [compressed, {cwd, filename:join(Folder, "contents")}]),
    run(Folder, "mix compile --warnings-as-errors"),
    Script = "'{:ok, a} = :stauth_testing.new(%{}); IO.puts(:stauth_testing.sign_in(a, %{}))'",
    Output = run(Folder, "mix run -e " ++ Script),
    {_, _} = binary:match(Output, <<"stauth_session=">>),
    ok = file:del_dir_r(Folder).

%% Without the copies of the application and of Plug that this node has.
run(Folder, Command) ->
    Port = open_port({spawn_executable, "/bin/sh"}, [
        {args, ["-c", Command]},
        {cd, filename:join(Folder, "contents")},
        {env, [{"ERL_LIBS", false}, {"MIX_HOME", Folder}]},
        exit_status,
        stderr_to_stdout,
        binary
    ]),
    {{0, Output}, _} = {helper:output(Port, <<>>), Command},
    Output.

%% Rebar takes it, too: what it reads is in order, and make is what it runs first.
rebar_config_test() ->
    {ok, Terms} = file:consult(filename:join(declarations_test:root(), "bindings/erlang/rebar.config")),
    [{compile, "make"}] = proplists:get_value(pre_hooks, Terms),
    {ok, [{application, stauth, Keys}]} = file:consult(
        filename:join(declarations_test:root(), "bindings/erlang/src/stauth.app.src")
    ),
    {"0.2.0", {stauth_app, []}} = {proplists:get_value(vsn, Keys), proplists:get_value(mod, Keys)}.
