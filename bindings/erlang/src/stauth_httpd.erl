%% A program of one function, with a login, on the httpd of inets.
-module(stauth_httpd).

-include_lib("inets/include/httpd.hrl").

-export([start/3, do/1]).

%% Serves the handler's pages. It gets the stauth:request() and #{method, path, query, headers, body}, and gives
%% {Status, Headers, Body} or {error, Error}. Options: port, address (the default is that of localhost), require_login =>
%% true or gate => stauth:gate(), and `httpd`, further properties of inets' server.
-spec start(stauth:app(), fun((stauth:request(), map()) -> stauth_visit:page() | {error, term()}), map()) ->
    {ok, pid()} | {error, term()}.
start(App, Handler, Options) ->
    {ok, _} = application:ensure_all_started(inets),
    Door = door(Options),
    {ok, Folder} = file:get_cwd(),
    inets:start(httpd, maps:get(httpd, Options, []) ++ [
        {port, maps:get(port, Options, 0)},
        {bind_address, maps:get(address, Options, {127, 0, 0, 1})},
        {server_name, "localhost"},
        {server_root, Folder},
        {document_root, Folder},
        {server_tokens, none},
        {max_header_size, 96 * 1024},
        {modules, [?MODULE]},
        {?MODULE, {App, Handler, Door}}
    ]).

door(#{gate := Gate}) -> Gate;
door(#{require_login := true}) -> closed;
door(_) -> open.

%% Called by inets for each request.
do(#mod{config_db = Table, method = Method, request_uri = Uri, parsed_header = Headers, entity_body = Body} = Mod) ->
    {App, Handler, Door} = httpd_util:lookup(Table, ?MODULE),
    Target = stauth_visit:target(list_to_binary(Uri)),
    {Path, Query} = split(Target),
    Given = #{
        method => Method,
        target => Target,
        path => Path,
        headers => Headers,
        client_address => peer(Mod),
        body => fun() -> {ok, list_to_binary(Body)} end
    },
    About = #{method => list_to_binary(Method), path => Path, query => Query, headers => Headers, body => Body},
    {Status, More, Content} = stauth_visit:answer(App, Given, Door, fun(Request) -> Handler(Request, About) end),
    {proceed, [{response, {response, [{code, Status} | sent(More, Content)], content(Method, Content)}}]}.

split(Target) ->
    case binary:split(Target, <<"?">>) of
        [Path, Query] -> {Path, Query};
        [Path] -> {Path, <<>>}
    end.

peer(#mod{init_data = #init_data{peername = {_, Address}}}) ->
    Address.

sent(Headers, Content) ->
    Length = integer_to_list(iolist_size(Content)),
    [{content_length, Length} | [{name(iolist_to_binary(Name)), binary_to_list(iolist_to_binary(Value))} || {Name, Value} <- Headers]].

%% inets adds a type of its own if it does not find this atom.
name(Name) ->
    case string:lowercase(Name) of
        <<"content-type">> -> content_type;
        _ -> binary_to_list(Name)
    end.

content("HEAD", _Content) -> nobody;
content(_Method, Content) -> [iolist_to_binary(Content)].
