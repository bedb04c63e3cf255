%% Errors as maps, and text for C.
-module(stauth_error).

-export([read/1, failed/1, done/1, nul/0, busy/0, text/1]).

%% What a NIF gives.
read({Status, Code, Message, HttpStatus, ProviderCode, ProviderDescription}) ->
    #{
        kind => kind(Status),
        code => Code,
        message => Message,
        http_status => HttpStatus,
        provider_code => ProviderCode,
        provider_description => ProviderDescription
    }.

%% What a NIF gives, with its error as a map.
failed({error, Error}) when is_tuple(Error) -> {error, read(Error)};
failed(Other) -> Other.

%% The same of a call whose value does not matter.
done({ok, _}) -> ok;
done(Other) -> failed(Other).

%% st_status of stauth.h.
kind(1) -> invalid_argument;
kind(2) -> configuration;
kind(3) -> network;
kind(4) -> provider;
kind(5) -> authorization_denied;
kind(6) -> token_invalid;
kind(7) -> login_invalid;
kind(8) -> request_refused;
kind(9) -> limit_exceeded;
kind(10) -> no_request;
kind(11) -> cryptography;
kind(_) -> internal.

nul() -> read({1, <<"invalid_text">>, <<"a header must not contain a NUL">>, 400, undefined, undefined}).
busy() -> read({1, <<"out_of_sequence">>, <<"the request waits for something else">>, 500, undefined, undefined}).

%% Chardata as UTF-8; bytes that are none stay as they are, and the library refuses them.
text(Text) ->
    case unicode:characters_to_binary(Text) of
        Binary when is_binary(Binary) -> Binary;
        _ -> iolist_to_binary(Text)
    end.
