%% The figures of c.c, from Erlang. A foreign call is one of the NIFs, which makes one or several of the library.
-module(runtime_bench).

-export([main/0]).

main() ->
    [Inputs, Turns, Iterations | More] = init:get_plain_arguments(),
    Read = fun(Name) ->
        {ok, Content} = file:read_file(filename:join(Inputs, Name)),
        Content
    end,
    {ok, App} = stauth:new(#{toml => Read("secrets"), log => stderr}),
    Lines = binary:split(Read("headers"), <<"\n">>, [global, trim_all]),
    Headers = [list_to_tuple(binary:split(Line, <<": ">>)) || Line <- Lines],
    Given = #{method => <<"GET">>, target => <<"/report?id=3">>, headers => Headers, client_address => <<"192.0.2.7">>},
    Cookie = Read("cookie"),
    HandleRequest = fun() -> handle_request(App, Given) end,
    case More of
        [] ->
            Cases = [
                {"request, Erlang, Elixir", HandleRequest},
                {"cookie, Erlang, Elixir", fun() -> ask_who(App, Cookie) end},
                {"20 foreign calls, Erlang, Elixir", fun call_twenty_times/0}
            ],
            measure(Cases, list_to_integer(Turns), list_to_integer(Iterations));
        _ ->
            io:format("{\"name\": \"calls, Erlang, Elixir\", \"value\": ~b}~n", [count(HandleRequest)])
    end,
    halt(0).

handle_request(App, Given) ->
    {ok, Request} = stauth:request(App, Given),
    {ok, proceed} = stauth:begin_request(Request),
    true = stauth:is_logged_in(Request),
    {ok, {0, [_ | _], _}} = stauth:response(Request),
    ok = stauth:close(Request).

ask_who(App, Cookie) ->
    {ok, User} = stauth:user_from_cookie(App, Cookie),
    true = stauth:is_logged_in_json(User).

call_twenty_times() ->
    [stauth_nif:version() || _ <- lists:seq(1, 20)].

%% The calls of the NIFs that this makes.
count(Call) ->
    Call(),
    erlang:trace_pattern({stauth_nif, '_', '_'}, true, [call_count]),
    Call(),
    Counts = [
        erlang:trace_info({stauth_nif, Name, Arity}, call_count)
     || {Name, Arity} <- stauth_nif:module_info(exports), Name =/= module_info
    ],
    lists:sum([Count || {call_count, Count} <- Counts, is_integer(Count)]).

%% One turn untimed, then the cases take turns. The CPU is that of all schedulers.
measure(Cases, Turns, Iterations) ->
    [take_turn(Turn, Each, Iterations) || Turn <- lists:seq(0, Turns), Each <- Cases].

take_turn(Turn, {Name, Call}, Iterations) ->
    Cpu = cpu(),
    Wall = erlang:monotonic_time(nanosecond),
    repeat(Call, Iterations),
    Spent = (erlang:monotonic_time(nanosecond) - Wall) / 1.0e9,
    Used = cpu() - Cpu,
    Line = "{\"name\": \"~s\", \"iterations\": ~b, \"seconds\": ~.9f, \"wall\": ~.9f}~n",
    Turn > 0 andalso io:format(Line, [Name, Iterations, Used, Spent]).

cpu() ->
    {Milliseconds, _} = erlang:statistics(runtime),
    Milliseconds / 1000.

repeat(_, 0) ->
    ok;
repeat(Call, Left) ->
    Call(),
    repeat(Call, Left - 1).
