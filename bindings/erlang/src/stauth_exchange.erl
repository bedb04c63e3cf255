%% The requests to providers that the program's client makes.
-module(stauth_exchange).

-include_lib("kernel/include/logger.hrl").
-include("stauth.hrl").

-export([run/2]).

%% All that a request waits for, in this process. A client that fails counts as an unreachable provider.
run(Handle, Client) ->
    run(Handle, Client, {ok, respond}).

run(Handle, Client, Outcome) ->
    case stauth_nif:request_exchange(Handle) of
        Exchange when is_map(Exchange) ->
            report(Handle, send(Client, Exchange)),
            resumed(Handle, Client, stauth_nif:request_resume(Handle));
        {error, Error} ->
            {error, stauth_error:read(Error)};
        undefined ->
            Outcome
    end.

resumed(Handle, Client, {ok, ?WAIT}) -> run(Handle, Client);
resumed(_Handle, _Client, {ok, ?PROCEED}) -> {ok, proceed};
resumed(_Handle, _Client, {ok, _}) -> {ok, respond};
resumed(_Handle, _Client, {error, Error}) -> {error, stauth_error:read(Error)}.

send(Client, Exchange) ->
    try
        Client(Exchange)
    catch
        Class:_ -> {error, {Class, "of the client"}} % the reason may contain what the exchange carries
    end.

report(Handle, {ok, {Status, Headers, Body}}) when is_integer(Status), is_list(Headers), is_binary(Body) ->
    case stauth_nif:request_respond(Handle, Status, Headers, Body) of
        ok -> ok;
        {error, Error} -> complain(maps:get(message, stauth_error:read(Error)))
    end;
report(_Handle, {error, Reason}) ->
    complain(Reason);
report(_Handle, _Other) ->
    complain("the client gave no reply").

complain(Reason) ->
    ?LOG_WARNING("stauth: no reply of the provider: ~p", [Reason]).
