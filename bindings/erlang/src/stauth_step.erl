%% Calls that may wait for a provider.
-module(stauth_step).

-include("stauth.hrl").

-export([step/2, again/2]).

%% A call, and the exchanges that it waits for.
step(#request{handle = Handle, client = Client}, Call) ->
    case Call(Handle) of
        {ok, ?WAIT} -> stauth_exchange:run(Handle, Client);
        ok when Client =/= undefined -> stauth_exchange:run(Handle, Client); % a login perhaps waits
        ok -> {ok, respond};
        {ok, ?PROCEED} -> {ok, proceed};
        {ok, _} -> {ok, respond};
        Failed -> stauth_error:failed(Failed)
    end.

%% A call that says what came of a refresh when it is called again.
again(#request{handle = Handle, client = Client}, Call) ->
    case Call(Handle) of
        {ok, ?WAIT} ->
            case stauth_exchange:run(Handle, Client) of
                {ok, _} -> stauth_error:failed(Call(Handle));
                Failed -> Failed
            end;
        Other ->
            stauth_error:failed(Other)
    end.
