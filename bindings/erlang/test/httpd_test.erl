%% The adapter for inets.
-module(httpd_test).

-compile([export_all, nowarn_export_all]).

-import(helper, [auth/0, auth/1, app/1, ada/0]).

hello(Request, #{body := Body}) ->
    {200, [{"Content-Type", "text/plain"}, {"Cache-Control", "max-age=9"}], [stauth:user(Request), Body]}.

%% Status, headers and body of what a browser gets.
ask(Auth, Handler, Options, Method, Target, Headers, Body) ->
    {ok, Server} = stauth_httpd:start(app(Auth), Handler, Options),
    [{port, Port}] = httpd:info(Server, [port]),
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}]),
    All = [{"Host", "localhost:8501"}, {"Connection", "close"}, {"Accept", "text/html"} | Headers],
    Lines = [[Name, ": ", Value, "\r\n"] || {Name, Value} <- All],
    Length = ["Content-Length: ", integer_to_list(iolist_size(Body)), "\r\n"],
    ok = gen_tcp:send(Socket, [Method, " ", Target, " HTTP/1.1\r\n", Length, Lines, "\r\n", Body]),
    Answer = read(Socket, <<>>),
    ok = inets:stop(httpd, Server),
    [Head, Content] = binary:split(Answer, <<"\r\n\r\n">>),
    {binary_to_integer(binary:part(Head, 9, 3)), Head, Content}.

read(Socket, Text) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, More} -> read(Socket, <<Text/binary, More/binary>>);
        {error, closed} -> Text
    end.

get(Auth, Handler, Options, Target, Headers) ->
    ask(Auth, Handler, Options, "GET", Target, Headers, <<>>).

page_of_the_program_test() ->
    Auth = auth(),
    Cookies = [{"Cookie", "a=b"}, {"Cookie", stauth_testing:sign_in(Auth, ada())}],
    {200, Head, Body} = ask(Auth, fun hello/2, #{}, "POST", "/form", Cookies, "x=y"),
    {_, _} = binary:match(Body, <<"ada@example.org">>),
    {_, _} = binary:match(Body, <<"}x=y">>),
    nomatch = binary:match(Head, <<"text/html">>),
    [{_, _} = binary:match(string:lowercase(Head), Line) || Line <- [<<"vary: cookie">>, <<"cache-control: max-age=9">>]].

closed_site_test() ->
    Auth = auth(),
    Never = fun(_, _) -> error(asked) end,
    {302, _, _} = get(Auth, Never, #{require_login => true}, "/page", []),
    {401, _, Body} = get(Auth, Never, #{require_login => true}, "/page", [{"Sec-Fetch-Mode", "cors"}]),
    {_, _} = binary:match(Body, <<"not_signed_in">>),
    Cookie = [{"Cookie", stauth_testing:sign_in(Auth, ada())}],
    {200, _, _} = get(Auth, fun hello/2, #{require_login => true}, "/page", Cookie).

%% What is open must be so as inets passes it on, which decodes letters, and decoded.
open_paths_test() ->
    Set = auth(#{"auth.require_login" => "true", "auth.open_paths" => "[\"/health\", \"/static/\"]"}),
    {ok, Gate} = stauth:gate(["/health", "/static/"]),
    Open = ["/health", "/health?x=1", "/static/a%20b"],
    Closed = ["/health%3F", "/static/%2e%2e/x", "/static%2Fx", "/healthy", "/", "http://x.example/page"],
    [
        {Target, Status} = {Target, element(1, get(Auth, fun hello/2, Options, Target, []))}
     || {Auth, Options} <- [{Set, #{}}, {auth(), #{gate => Gate}}], {Targets, Status} <- [{Open, 200}, {Closed, 302}], Target <- Targets
    ].

%% Programs may route by the path as it was received, or decoded.
routes_test() ->
    Routes = fun stauth_visit:routes/1,
    [[<<"/plain">>], [<<"/health">>, <<"/he_61lth">>], [<<"/%zz%4">>, <<"/_zz_4">>], [<<"/", 255>>, <<"/_fF">>]] =
        [Routes(Path) || Path <- [<<"/plain">>, <<"/he%61lth">>, <<"/%zz%4">>, <<"/%fF">>]],
    [Long, _] = Routes(binary:copy(<<"%41">>, 300000)), % not in time that grows with the square
    Long = binary:copy(<<"A">>, 300000).

error_of_a_handler_test() ->
    Auth = auth(),
    Login = fun(Request, _) -> stauth:login(Request, "nobody") end,
    {404, _, Known} = get(Auth, Login, #{}, "/", []),
    {_, _} = binary:match(Known, <<"provider_unknown">>),
    Crashes = [fun(_, _) -> nonsense end, fun(_, _) -> {"200", [], []} end, fun(_, _) -> error(database_of_secrets) end, fun(_, _) -> throw(x) end, fun(_, _) -> exit(x) end],
    [
        begin
            {500, _, Unknown} = get(Auth, Crash, #{}, "/", []),
            {_, _} = binary:match(Unknown, <<"internal_error">>),
            nomatch = binary:match(Unknown, <<"database">>)
        end
     || Crash <- Crashes
    ].

%% What a handler was called with is not in the log when it crashes.
arguments_of_a_crash_test() ->
    ok = logger:add_handler(?MODULE, ?MODULE, #{config => self()}),
    Auth = auth(),
    Cookie = stauth_testing:sign_in(Auth, ada()),
    {500, _, _} = get(Auth, fun(_, About) -> apply(lists, reverse, [About]) end, #{}, "/", [{"Cookie", Cookie}]),
    receive
        {logged, Text} ->
            {_, _} = binary:match(Text, <<"function_clause">>),
            nomatch = binary:match(Text, Cookie)
    end,
    ok = logger:remove_handler(?MODULE).

%% Called by logger.
log(#{level := error, msg := {Format, Arguments}}, #{config := Process}) ->
    Process ! {logged, unicode:characters_to_binary(io_lib:format(Format, Arguments))};
log(_Event, _Config) ->
    ok.

request_that_the_library_refuses_test() ->
    {Status, _, Body} = get(auth(), fun hello/2, #{}, "/", [{"Cookie", binary:copy(<<"x">>, 70000)}]),
    true = Status >= 400 andalso Status < 500,
    {_, _} = binary:match(Body, <<"too_large">>).

body_that_is_too_long_test() ->
    Form = [{"Content-Type", "application/x-www-form-urlencoded"}],
    {Status, _, Body} = ask(auth(), fun hello/2, #{}, "POST", "/auth/login", Form, binary:copy(<<"x">>, 70000)),
    true = Status >= 400 andalso Status < 500,
    {_, _} = binary:match(Body, <<"too_large">>).

head_test() ->
    {200, _, <<>>} = ask(auth(), fun hello/2, #{}, "HEAD", "/", [], <<>>).
