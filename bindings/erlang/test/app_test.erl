%% Applications: settings, cookies, numbers, the log and the client.
-module(app_test).

-compile([export_all, nowarn_export_all]).

-import(helper, [auth/0, auth/1, app/1, settings/0, ada/0, failure/3]).

configuration_error_lists_all_problems_test() ->
    Toml = "[auth]\nredirect_uri = 'x'\nclient_idd = 'y'\n",
    #{message := Message, http_status := 500} = failure(stauth:new(#{toml => Toml}), configuration, <<"configuration_invalid">>),
    [true, true] = [binary:match(Message, Word) =/= nomatch || Word <- [<<"redirect_uri">>, <<"client_idd">>]].

file_of_the_environment_test() ->
    File = filename:join(os:getenv("TMPDIR", "/tmp"), "stauth-" ++ os:getpid() ++ ".toml"),
    true = os:putenv("STAUTH_SECRETS", File),
    failure(stauth:new(#{}), configuration, <<"configuration_invalid">>),
    ok = file:write_file(File, [
        "[auth]\nredirect_uri = 'http://localhost:1/in'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n",
        "client_id = 'x'\nclient_secret = 'y'\nserver_metadata_url = 'http://localhost:2/.well-known/openid-configuration'\n"
    ]),
    {ok, App} = stauth:new(#{}),
    {ok, _} = stauth:new(#{file => File}),
    ok = file:delete(File),
    true = os:unsetenv("STAUTH_SECRETS"),
    [<<"/in">>] = stauth:callback_paths(App),
    {<<"/auth/login">>, <<"/auth/logout">>, false} = {stauth:login_path(App), stauth:logout_path(App), stauth:requires_login(App)},
    {ok, Closed} = stauth:new(#{settings => (settings())#{"auth.require_login" => "true"}}),
    true = stauth:requires_login(Closed).

nul_in_settings_test() ->
    [
        failure(stauth:new(Config), invalid_argument, <<"invalid_text">>)
     || Config <- [#{file => "a\0b"}, #{settings => #{"auth.\0" => "x"}}, #{settings => #{"auth.x" => "a\0b"}}]
    ],
    {error, #{kind := configuration}} = stauth:new(#{toml => "[auth]\0"}),
    failure(stauth:gate(["/a\0"]), invalid_argument, <<"invalid_text">>),
    {error, #{kind := configuration}} = stauth:gate(["health"]).

text_that_is_not_utf8_test() ->
    failure(stauth:new(#{settings => #{"auth.client_id" => <<255>>}}), invalid_argument, <<"invalid_text">>).

terms_of_another_kind_test() ->
    {ok, Gate} = stauth_nif:gate_new([]),
    Bad = [
        fun() -> stauth_nif:app_new(1, undefined, [], undefined, false) end,
        fun() -> stauth_nif:app_new(undefined, undefined, [{a, b}], undefined, false) end,
        fun() -> stauth_nif:app_new(undefined, undefined, [<<>>], undefined, false) end,
        fun() -> stauth_nif:app_user(make_ref(), []) end,
        fun() -> stauth_nif:gate_new([1]) end,
        fun() -> stauth_nif:gate_new(lists:duplicate(5000, <<"/a">>)) end,
        fun() -> stauth_nif:request_new(Gate, <<>>, <<>>, <<>>, undefined, []) end,
        fun() -> stauth_nif:request_begin(Gate) end,
        fun() -> stauth_nif:request_close(make_ref()) end,
        fun() -> stauth_nif:request_login(make_ref(), <<>>, []) end,
        fun() -> stauth_nif:request_respond(Gate, 200, [], <<>>) end
    ],
    [{'EXIT', {badarg, _}} = (catch Call()) || Call <- Bad],
    {error, #{kind := configuration}} = stauth:new(#{toml => "[auth"}).

user_from_cookie_test() ->
    Auth = auth(),
    {ok, User} = stauth:user_from_cookie(app(Auth), stauth_testing:sign_in(Auth, ada())),
    true = stauth:is_logged_in_json(User) andalso binary:match(User, <<"ada@example.org">>) =/= nomatch,
    [
        {ok, <<"{\"is_logged_in\":false}">>} = stauth:user_from_cookie(app(Auth), Cookie)
     || Cookie <- [<<>>, <<"a=b">>, <<"stauth_session=", 0, 255>>]
    ],
    failure(stauth:user_from_cookie(app(Auth), binary:copy(<<"x">>, 70000)), limit_exceeded, <<"too_large">>).

cookie_of_another_app_test() ->
    {Auth, Other} = {auth(), auth()},
    {ok, User} = stauth:user_from_cookie(app(Other), stauth_testing:sign_in(Auth, #{})),
    false = stauth:is_logged_in_json(User),
    Named = auth(#{"auth.cookie_prefix" => "mine"}),
    <<"mine_session=", _/binary>> = stauth_testing:sign_in(Named, #{}).

numbers_for_monitoring_test() ->
    Auth = auth(),
    stauth_testing:sign_in(Auth, #{}),
    {ok, Json} = stauth:stats_json(app(Auth)),
    {_, _} = binary:match(Json, <<"{\"event\":\"login_succeeded\",\"provider\":\"default\",\"count\":1}">>),
    {ok, Text} = stauth:stats_prometheus(app(Auth)),
    {_, _} = binary:match(Text, <<"stauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 1\n">>).

numbers_that_need_a_larger_buffer_test() ->
    Client = "client_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"
        "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n",
    Sections = [["[auth.p", integer_to_list(Number), "]\n", Client] || Number <- lists:seq(1, 100)],
    Shared = "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n",
    {ok, App} = stauth:new(#{toml => [Shared, Sections]}),
    {ok, Text} = stauth:stats_prometheus(App),
    {100, true} = {length(binary:matches(Text, <<"_count{">>)), byte_size(Text) > 65536}.

closed_app_test() ->
    Auth = auth(),
    Cookie = stauth_testing:sign_in(Auth, ada()),
    ok = stauth:close(app(Auth)),
    ok = stauth:close(app(Auth)),
    failure(stauth:user_from_cookie(app(Auth), Cookie), invalid_argument, <<"invalid_handle">>),
    failure(stauth:stats_json(app(Auth)), invalid_argument, <<"invalid_handle">>),
    Given = #{method => "GET", target => "/", headers => []},
    failure(stauth:request(app(Auth), Given), invalid_argument, <<"invalid_handle">>).

%% A request keeps the application that it is of.
request_of_an_app_that_was_closed_test() ->
    Auth = auth(),
    Request = helper:begun(Auth, ada()),
    ok = stauth:close(app(Auth)),
    <<"ada">> = stauth:claim(Request, "sub").

log_to_a_process_test() ->
    {ok, App} = stauth:new(#{settings => settings(), log => self()}),
    Given = #{method => "GET", target => "/oauth2callback?code=x&state=y", headers => [{"Host", "localhost:8501"}]},
    {ok, Request} = stauth:request(App, Given),
    {ok, respond} = stauth:begin_request(Request),
    receive
        {stauth_event, warning, <<"event=login_refused", _/binary>>} -> ok
    end,
    #{code := <<"state_mismatch">>} = stauth:failure(Request).

log_of_a_process_that_ended_test() ->
    {Process, Monitor} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    {ok, App} = stauth:new(#{settings => settings(), log => Process}),
    Given = #{method => "GET", target => "/oauth2callback?code=x&state=y", headers => []},
    {ok, Request} = stauth:request(App, Given),
    {ok, respond} = stauth:begin_request(Request).

%% Each way in which a client gives no reply counts as an unreachable provider.
client_without_a_reply_test() ->
    Large = binary:copy(<<" ">>, 2 bsl 20),
    Clients = [
        fun(_) -> {error, down} end,
        fun(_) -> error(down) end,
        fun(_) -> throw(down) end,
        fun(_) -> nonsense end,
        fun(_) -> {ok, {200, [{<<"A">>, <<0>>}], <<>>}} end,
        fun(_) -> {ok, {200, [], Large}} end,
        fun(_) -> {ok, {0, [nonsense], <<>>}} end
    ],
    [
        begin
            {ok, App} = stauth:new(#{settings => settings(), client => Client}),
            {error, #{kind := Kind}} = stauth:preload(App),
            true = Kind =:= network orelse Kind =:= provider,
            Request = helper:begun(App, "/page", []),
            {error, #{kind := Kind}} = stauth:login(Request)
        end
     || Client <- Clients
    ].

exchange_carries_the_settings_test() ->
    Test = self(),
    Client = fun(Exchange) -> Test ! Exchange, {error, down} end,
    Settings = (settings())#{"auth.timeout" => "7s", "auth.http_proxy" => "http://127.0.0.1:3128"},
    {ok, App} = stauth:new(#{settings => Settings, client => Client}),
    {error, #{kind := network}} = stauth:preload(App),
    receive
        #{
            method := <<"GET">>,
            url := <<"https://provider.test/.well-known/openid-configuration">>,
            headers := [_ | _],
            body := <<>>,
            timeout := 7000,
            connect_timeout := Connect,
            proxy := <<"http://127.0.0.1:3128">>,
            ca_file := undefined,
            allows_loopback := false
        } when Connect > 0 -> ok
    end.
