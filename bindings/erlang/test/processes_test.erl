%% Processes and nodes that end, and calls that would block.
-module(processes_test).

-compile([export_all, nowarn_export_all]).

-import(helper, [auth/0, app/1, ada/0, begun/2]).

%% Requests that one process begins and another finishes, and that several use at once: each call is refused or complete.
request_of_several_processes_test() ->
    Auth = auth(),
    [finish_together(begun(Auth, ada())) || _ <- lists:seq(1, 30)].

finish_together(Request) ->
    Use = fun() ->
        stauth:user(Request),
        stauth:login(Request),
        stauth:response(Request),
        stauth:close(Request)
    end,
    Monitors = [element(2, spawn_monitor(Use)) || _ <- lists:seq(1, 4)],
    [receive {'DOWN', Monitor, _, _, normal} -> ok end || Monitor <- Monitors],
    {error, #{code := <<"invalid_handle">>}} = stauth:response(Request).

many_users_at_once_test() ->
    Auth = auth(),
    Visit = fun(Name) ->
        Cookie = stauth_testing:sign_in(Auth, #{sub => Name}),
        [
            begin
                Request = helper:begun(app(Auth), "/", [{"Cookie", Cookie}]),
                Name = stauth:claim(Request, "sub")
            end
         || _ <- lists:seq(1, 100)
        ]
    end,
    Monitors = [
        element(2, spawn_monitor(fun() -> Visit(integer_to_binary(Number)) end))
     || Number <- lists:seq(1, 8)
    ],
    [receive {'DOWN', Monitor, _, _, Reason} -> normal = Reason end || Monitor <- Monitors].

%% A server that answers nothing: the library's own client waits, on a dirty scheduler, until the connection is closed.
slow_provider() ->
    {ok, Listener} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}, {active, false}]),
    {ok, Port} = inet:port(Listener),
    Url = lists:flatten(io_lib:format("http://localhost:~b/.well-known/openid-configuration", [Port])),
    Settings = (helper:settings())#{"auth.server_metadata_url" => Url, "auth.timeout" => "30s"},
    {ok, App} = stauth:new(#{settings => Settings}),
    {App, Listener}.

begin_login(App) ->
    stauth:login(helper:begun(App, "/page", [])).

slow_provider_blocks_no_scheduler_test() ->
    Waiting = [waiting_login() || _ <- lists:seq(1, erlang:system_info(dirty_cpu_schedulers_online))],
    Other = auth(),
    Cookie = stauth_testing:sign_in(Other, ada()),
    [
        <<"ada">> = stauth:claim(helper:begun(app(Other), "/", [{"Cookie", Cookie}]), "sub")
     || _ <- lists:seq(1, 200)
    ],
    receive {'DOWN', _, _, _, _} -> error(it_did_not_wait) after 0 -> ok end,
    [ok = gen_tcp:close(Connection) || {_, Connection} <- Waiting],
    [receive {'DOWN', Monitor, _, _, Reason} -> normal = Reason end || {Monitor, _} <- Waiting].

%% A login that waits until its connection is closed.
waiting_login() ->
    {App, Listener} = slow_provider(),
    {_, Monitor} = spawn_monitor(fun() -> {error, #{kind := network}} = begin_login(App) end),
    {ok, Connection} = gen_tcp:accept(Listener),
    {Monitor, Connection}.

%% Another process may not enter, and does not wait.
request_that_is_in_a_call_test() ->
    {App, Listener} = slow_provider(),
    Test = self(),
    {_, Monitor} = spawn_monitor(fun() ->
        Request = helper:begun(App, "/page", []),
        Test ! Request,
        stauth:login(Request)
    end),
    Request = receive Found -> Found end,
    {ok, Connection} = gen_tcp:accept(Listener),
    {error, #{code := <<"out_of_sequence">>}} = stauth:login(Request),
    {error, #{code := <<"out_of_sequence">>}} = stauth:response(Request),
    false = stauth:is_logged_in(Request),
    ok = gen_tcp:close(Connection),
    receive {'DOWN', Monitor, _, _, normal} -> ok end,
    {ok, {0, _, _}} = stauth:response(Request).

%% A process that dies, or a request that is closed, while a dirty scheduler is in a call.
death_of_a_process_in_a_call_test() ->
    {App, Listener} = slow_provider(),
    Test = self(),
    {Process, Monitor} = spawn_monitor(fun() ->
        Request = helper:begun(App, "/page", []),
        Test ! Request,
        stauth:login(Request)
    end),
    Request = receive Found -> Found end,
    {ok, Connection} = gen_tcp:accept(Listener),
    true = exit(Process, kill),
    receive {'DOWN', Monitor, _, _, killed} -> ok end,
    ok = stauth:close(Request),
    {error, _} = stauth:response(Request),
    ok = gen_tcp:close(Connection),
    erlang:garbage_collect().

%% As a node of its own: ends while requests run, some of them at a slow provider.
end_while_requests_run() ->
    {App, Listener} = slow_provider(),
    [spawn(fun() -> begin_login(App) end) || _ <- lists:seq(1, 3)],
    {ok, _} = gen_tcp:accept(Listener),
    Auth = auth(),
    Test = self(),
    [
        spawn(fun Again() ->
            begun(Auth, ada()),
            Test ! ran,
            Again()
        end)
     || _ <- lists:seq(1, 4)
    ],
    [receive ran -> ok end || _ <- lists:seq(1, 20)],
    halt(7).

node_that_ends_while_requests_run_test() ->
    [{7, _} = helper:other_node(?MODULE, end_while_requests_run) || _ <- lists:seq(1, 3)].

%% The node forks to start programs.
programs_started_while_requests_run_test() ->
    Auth = auth(),
    {_, Monitor} = spawn_monitor(fun() -> [begun(Auth, ada()) || _ <- lists:seq(1, 100)] end),
    ["\n" = os:cmd("echo") || _ <- lists:seq(1, 20)],
    receive {'DOWN', Monitor, _, _, Reason} -> normal = Reason end.

%% Old code goes while its resources stay, and new code takes them over.
module_that_is_loaded_anew_test() ->
    Auth = auth(),
    Request = begun(Auth, ada()),
    [
        begin
            {module, stauth_nif} = code:load_file(stauth_nif),
            code:purge(stauth_nif)
        end
     || _ <- lists:seq(1, 3)
    ],
    <<"ada">> = stauth:claim(Request, "sub"),
    <<"ada">> = stauth:claim(begun(Auth, ada()), "sub").

%% Forgotten requests are freed by the garbage collector.
forgotten_requests_test() ->
    Auth = auth(),
    Cookie = stauth_testing:sign_in(Auth, ada()),
    Before = resident(),
    [helper:begun(app(Auth), "/", [{"Cookie", Cookie}]) || _ <- lists:seq(1, 50000)],
    erlang:garbage_collect(),
    Grown = resident() - Before,
    true = Grown < 40 * 1024 * 1024 orelse error({grown, Grown}).

resident() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = binary:split(Text, <<" ">>, [global]),
    binary_to_integer(Pages) * 4096.
