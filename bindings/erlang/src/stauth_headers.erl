%% Request headers for the library.
-module(stauth_headers).

-export([block/1]).

%% Those that st_request_add_header() asks for; it ignores all others.
-define(NAMES, #{
    <<"cookie">> => ok,
    <<"origin">> => ok,
    <<"referer">> => ok,
    <<"sec-fetch-site">> => ok,
    <<"sec-fetch-mode">> => ok,
    <<"sec-purpose">> => ok,
    <<"purpose">> => ok,
    <<"x-purpose">> => ok,
    <<"x-moz">> => ok,
    <<"upgrade">> => ok,
    <<"content-type">> => ok,
    <<"accept">> => ok,
    <<"accept-language">> => ok,
    <<"authorization">> => ok,
    <<"dpop">> => ok,
    <<"access-control-request-method">> => ok,
    <<"host">> => ok,
    <<"x-forwarded-host">> => ok,
    <<"x-forwarded-proto">> => ok,
    <<"x-request-id">> => ok,
    <<"secure-session-response">> => ok,
    <<"sec-secure-session-id">> => ok,
    <<"secure-session-skipped">> => ok
}).

%% "name NUL value NUL" for each of [{Name, Value}]; `nul` if one of them has a NUL of its own.
-spec block([{iodata(), iodata()}]) -> {ok, binary()} | nul.
block(Headers) ->
    Known = [{Name, iolist_to_binary(Value)} || {Given, Value} <- Headers, Name <- known(Given)],
    case [nul || {_, Value} <- Known, binary:match(Value, <<0>>) =/= nomatch] of
        [] -> {ok, iolist_to_binary([[Name, 0, Value, 0] || {Name, Value} <- Known])};
        _ -> nul
    end.

known(Given) ->
    Name = string:lowercase(iolist_to_binary(Given)),
    [Name || is_map_key(Name, ?NAMES)].
