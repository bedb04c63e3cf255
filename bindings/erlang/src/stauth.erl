%% Signs users in with any OpenID provider: the equivalent of Streamlit's st.login, st.logout and st.user.
%%
%%     {ok, Auth} = stauth:new(#{})       settings from secrets.toml
%%     stauth_httpd, 'Elixir.Stauth.Plug'  serve a program with a login; its handlers get a request(), and call
%%     stauth:user(Request)               who sent this request? JSON
%%     stauth:login(Request, <<"google">>)  send this user to that provider
%%     stauth:logout(Request)             end the session
%%
%% What can fail gives {error, error()}. All pages, checks and log lines are those of libstauth.so.0.
-module(stauth).

-export([new/1, preload/1, close/1, login_path/1, logout_path/1, callback_paths/1, requires_login/1]).
-export([user_from_cookie/2, stats_json/1, stats_prometheus/1, gate/1, is_logged_in_json/1]).
-export([request/2, wants_body/1, set_body/2, begin_request/1, user/1, is_logged_in/1, claim/2, claim/3, is_fresh/2]).
-export([login/1, login/2, login/3, logout/1, logout/2, require_login/1, require_login/3]).
-export([access_token/1, refresh/1, refuse/2, failure/1, response/1]).
-export_type([app/0, gate/0, request/0, error/0, kind/0, config/0, given/0, access_token/0, exchange/0, reply/0]).

-include("stauth.hrl").

-type kind() ::
    invalid_argument | configuration | network | provider | authorization_denied | token_invalid | login_invalid
    | request_refused | limit_exceeded | no_request | cryptography | internal.
%% The category, a stable code such as <<"state_mismatch">> (docs/errors.md), a text for the log, and a suggestion for
%% the response. A provider can write anything into what it sends: for logs, never for a page or a decision.
-type error() :: #{
    kind := kind(),
    code := binary(),
    message := binary(),
    http_status := 400..599,
    provider_code := binary() | undefined,
    provider_description := binary() | undefined
}.
%% A relying party: checked settings, keys, and what is cached of the providers. Usually a node has one.
-opaque app() :: #app{}.
-opaque gate() :: #gate{}.
%% One HTTP request, and the library's part of the response. One process at a time may call it.
-opaque request() :: #request{}.
%% Without file, toml and settings it is the file that STAUTH_SECRETS names, otherwise .streamlit/secrets.toml. `log`
%% gets messages {stauth_event, info | warning | error, Line}, or is stderr; otherwise they go to logger. `client` sends requests to
%% providers in the process that waits for them, in place of the library's own client on dirty schedulers.
-type config() :: #{
    file => text(),
    toml => text(),
    settings => #{text() => text()},
    log => pid() | stderr,
    client => fun((exchange()) -> {ok, reply()} | {error, term()})
}.
-type text() :: unicode:chardata().
%% A request to a provider, and what whoever sends it must obey: milliseconds, the only proxy and authorities, and
%% whether the connection may end at a loopback address. It follows no redirects.
-type exchange() :: #{
    method := binary(),
    url := binary(),
    headers := [{binary(), binary()}],
    body := binary(),
    timeout := integer(),
    connect_timeout := integer(),
    proxy := binary() | undefined,
    ca_file := binary() | undefined,
    allows_loopback := boolean()
}.
-type reply() :: {Status :: integer(), [{binary(), binary()}], binary()}.
%% Method and target as received, <<"GET">> and <<"/report?id=3">>; `routes` are the paths that the program may route by,
%% if they are not the target's.
-type given() :: #{
    method := iodata(),
    target := iodata(),
    headers := [{iodata(), iodata()}],
    client_address => iodata(),
    routes => [binary()]
}.
%% The token itself is the value of a function, so that no log shows it.
-type access_token() :: #{secret := fun(() -> binary()), expires_at := integer() | undefined, scope := binary()}.
-type outcome() :: ok | {error, error()}.
-type outcome(Value) :: {ok, Value} | {error, error()}.

%% ---- Applications ----

%% Checks the settings. The error lists every problem.
-spec new(config()) -> outcome(app()).
new(Config) ->
    {ok, _} = application:ensure_all_started(stauth),
    Given = maps:merge(#{settings => #{}}, with_file(Config)),
    Settings = [{text(Key), text(Value)} || {Key, Value} <- maps:to_list(maps:get(settings, Given))],
    [File, Toml] = [text(maps:get(Key, Given, undefined)) || Key <- [file, toml]],
    Log = maps:get(log, Given, whereis(stauth_log)),
    Client = maps:get(client, Given, undefined),
    case stauth_nif:app_new(File, Toml, Settings, Log, Client =/= undefined) of
        {ok, Handle} -> {ok, #app{handle = Handle, client = Client, paths = stauth_nif:app_paths(Handle)}};
        Failed -> stauth_error:failed(Failed)
    end.

with_file(Config) ->
    case maps:with([file, toml, settings], Config) of
        Given when map_size(Given) =:= 0 -> Config#{file => os:getenv("STAUTH_SECRETS", ".streamlit/secrets.toml")};
        _ -> Config
    end.

%% Fetches metadata and keys of all providers, so that the first login need not.
-spec preload(app()) -> outcome().
preload(#app{handle = Handle, client = undefined}) ->
    stauth_error:done(stauth_nif:app_preload(Handle));
preload(#app{handle = Handle, client = Client}) ->
    case stauth_nif:request_new_preload(Handle) of
        {ok, {Request, _}} -> stauth_error:done(begin_request(#request{handle = Request, client = Client}));
        Failed -> stauth_error:failed(Failed)
    end.

%% Frees the application as soon as its requests are done. A forgotten one is closed by the garbage collector.
-spec close(app() | request()) -> ok.
close(#app{handle = Handle}) -> stauth_nif:app_close(Handle);
close(#request{handle = Handle}) -> stauth_nif:request_close(Handle).

%% The path that begins a login, for links: <<"/auth/login">>, optionally with "?provider=NAME&return_to=/page".
-spec login_path(app()) -> binary().
login_path(#app{paths = {Path, _, _, _}}) -> Path.

%% The path that ends the session by POST, and asks first by GET: <<"/auth/logout">>.
-spec logout_path(app()) -> binary().
logout_path(#app{paths = {_, Path, _, _}}) -> Path.

%% The paths to which providers send users back, for programs that route by path.
-spec callback_paths(app()) -> [binary()].
callback_paths(#app{paths = {_, _, Paths, _}}) -> lists:reverse(Paths).

%% Whether the settings require a login for the pages of the site.
-spec requires_login(app()) -> boolean().
requires_login(#app{paths = {_, _, _, RequiresLogin}}) -> RequiresLogin.

%% Who sent this Cookie header, without a request: JSON, always with "is_logged_in".
-spec user_from_cookie(app(), iodata()) -> outcome(binary()).
user_from_cookie(#app{handle = Handle}, Cookie) -> stauth_error:failed(stauth_nif:app_user(Handle, iolist_to_binary(Cookie))).

%% The numbers for monitoring, of this node: docs/monitoring.md describes them.
-spec stats_json(app()) -> outcome(binary()).
stats_json(#app{handle = Handle}) -> stauth_error:failed(stauth_nif:app_stats(Handle, json)).

%% The same numbers for Prometheus, as "text/plain; version=0.0.4".
-spec stats_prometheus(app()) -> outcome(binary()).
stats_prometheus(#app{handle = Handle}) -> stauth_error:failed(stauth_nif:app_stats(Handle, prometheus)).

%% Closes a site except for open paths: "/health" is that path alone, "/static/" that folder and all below it.
-spec gate([text()]) -> outcome(gate()).
gate(OpenPaths) ->
    case stauth_nif:gate_new([text(Path) || Path <- OpenPaths]) of
        {ok, Handle} -> {ok, #gate{handle = Handle}};
        Failed -> stauth_error:failed(Failed)
    end.

%% ---- Requests ----

%% A request to the program. Then wants_body/1, set_body/2, and begin_request/1.
-spec request(app(), given()) -> outcome(request()).
request(#app{handle = Handle, client = Client}, #{method := Method, target := Target, headers := Headers} = Given) ->
    case stauth_headers:block(Headers) of
        {ok, Block} ->
            Address = bytes(maps:get(client_address, Given, undefined)),
            Routes = maps:get(routes, Given, []),
            case stauth_nif:request_new(Handle, bytes(Method), bytes(Target), Block, Address, Routes) of
                {ok, {Request, WantsBody}} ->
                    {ok, #request{handle = Request, client = Client, wants_body = WantsBody}};
                Failed ->
                    stauth_error:failed(Failed)
            end;
        nul ->
            {error, stauth_error:nul()}
    end.

%% Whether begin_request/1 needs the request's body.
-spec wants_body(request()) -> boolean().
wants_body(#request{wants_body = WantsBody}) -> WantsBody.

-spec set_body(request(), iodata()) -> outcome().
set_body(#request{handle = Handle}, Body) -> stauth_error:failed(stauth_nif:request_set_body(Handle, iolist_to_binary(Body))).

%% Reads the session. `respond`: the library has answered; send its response. May wait for a provider.
-spec begin_request(request()) -> outcome(proceed | respond).
begin_request(Request) -> stauth_step:step(Request, fun stauth_nif:request_begin/1).

%% Who sent this request: JSON, always with "is_logged_in". The response then says that it depends on the user. Nobody if
%% the request has ended.
-spec user(request()) -> binary().
user(#request{handle = Handle}) ->
    case stauth_nif:request_user(Handle) of
        {ok, Json} -> Json;
        {error, _} -> <<"{\"is_logged_in\":false}">>
    end.

-spec is_logged_in(request()) -> boolean().
is_logged_in(Request) -> is_logged_in_json(user(Request)).

%% The same of the JSON that user/1 or user_from_cookie/2 gave: the library writes this member first.
-spec is_logged_in_json(binary()) -> boolean().
is_logged_in_json(<<"{\"is_logged_in\":true", _/binary>>) -> true;
is_logged_in_json(_) -> false.

%% A claim such as <<"email">>: text as it is, any other value as JSON; undefined if there is none.
-spec claim(request(), text()) -> binary() | undefined.
claim(Request, Name) -> claim(Request, Name, undefined).

-spec claim(request(), text(), Default) -> binary() | Default.
claim(#request{handle = Handle}, Name, Default) ->
    case stauth_nif:request_claim(Handle, text(Name)) of
        {ok, Value} when is_binary(Value) -> Value;
        _ -> Default
    end.

%% Whether the provider authenticated the user at most so many seconds ago.
-spec is_fresh(request(), non_neg_integer()) -> boolean().
is_fresh(#request{handle = Handle}, Seconds) -> stauth_nif:request_is_fresh(Handle, Seconds) =:= {ok, true}.

%% Makes the response a redirect to this provider; undefined is the default one, or a page where the user chooses. Options:
%% return_to, login_hint, prompt, acr_values, max_age in seconds, ui_locales. If it fails, nothing has changed.
-spec login(request()) -> outcome().
login(Request) -> login(Request, undefined, #{}).

-spec login(request(), text() | undefined) -> outcome().
login(Request, Provider) -> login(Request, Provider, #{}).

-spec login(request(), text() | undefined, #{atom() => text() | integer()}) -> outcome().
login(Request, Provider, Options) ->
    Given = [{atom_to_binary(Key), option(Value)} || {Key, Value} <- maps:to_list(Options)],
    Call = fun(Handle) -> stauth_nif:request_login(Handle, text(Provider), Given) end,
    case stauth_step:step(Request, Call) of
        {ok, _} -> outcome_of_login(Request);
        Failed -> Failed
    end.

%% Only a login that the program's client took part in can have failed by now.
outcome_of_login(#request{client = undefined}) ->
    ok;
outcome_of_login(Request) ->
    case {response(Request), failure(Request)} of
        {{ok, {Status, _, _}}, Error} when Status >= 400, Error =/= undefined -> {error, Error};
        _ -> ok
    end.

option(Value) when is_integer(Value) -> integer_to_binary(Value);
option(Value) -> text(Value).

%% Ends the session. It fails unless a page of this site sent the request.
-spec logout(request()) -> outcome().
logout(Request) -> logout(Request, #{}).

%% #{logout => <<"local">>} keeps the session at the provider.
-spec logout(request(), #{atom() => text()}) -> outcome().
logout(#request{handle = Handle}, Options) ->
    Given = [{atom_to_binary(Key), option(Value)} || {Key, Value} <- maps:to_list(Options)],
    stauth_error:failed(stauth_nif:request_logout(Handle, Given)).

%% Whether this user may see a page for signed-in users. If `respond`, or if it fails, the page must not be made.
-spec require_login(request()) -> outcome(proceed | respond).
require_login(Request) -> require_login(Request, undefined, undefined).

-spec require_login(request(), gate() | undefined, binary() | undefined) -> outcome(proceed | respond).
require_login(Request, Gate, Path) ->
    Handle = case Gate of #gate{handle = Found} -> Found; undefined -> undefined end,
    stauth_step:step(Request, fun(Each) -> stauth_nif:request_require_login(Each, Handle, Path) end).

%% A token to call an API with, refreshed if it would expire soon. Requires expose_tokens.
-spec access_token(request()) -> outcome(access_token()).
access_token(Request) ->
    case stauth_step:again(Request, fun stauth_nif:request_access_token/1) of
        {ok, {Token, Expiry, Scope}} ->
            ExpiresAt = case Expiry of 0 -> undefined; _ -> Expiry end,
            {ok, #{secret => fun() -> Token end, expires_at => ExpiresAt, scope => Scope}};
        {ok, _} ->
            {error, stauth_error:busy()};
        Failed ->
            Failed
    end.

%% Reads the user's claims anew from the provider.
-spec refresh(request()) -> outcome().
refresh(Request) -> stauth_error:done(stauth_step:again(Request, fun stauth_nif:request_refresh/1)).

%% Makes the response the library's page for an error code.
-spec refuse(request(), text()) -> outcome().
refuse(#request{handle = Handle}, Code) -> stauth_error:failed(stauth_nif:request_refuse(Handle, text(Code))).

%% Why this request's login was refused; undefined if it was not.
-spec failure(request()) -> error() | undefined.
failure(#request{handle = Handle}) ->
    case stauth_nif:request_error(Handle) of
        {ok, Error} when is_tuple(Error) -> stauth_error:read(Error);
        _ -> undefined
    end.

%% Status, headers and body of the library's response. With status 0 the program's page is the response, to which these
%% headers are added. Read it after the page is made.
-spec response(request()) -> outcome({0 | 100..599, [{binary(), binary()}], binary()}).
response(#request{handle = Handle}) -> stauth_error:failed(stauth_nif:request_response(Handle)).

text(undefined) -> undefined;
text(Text) -> stauth_error:text(Text).

bytes(undefined) -> undefined;
bytes(Bytes) -> iolist_to_binary(Bytes).
