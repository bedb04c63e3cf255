%% What adapters of web servers share: a request, the program's handler, and the response of either.
-module(stauth_visit).

-include_lib("kernel/include/logger.hrl").

-export([answer/4, open/3, finish/2, fail/2, failed/2, routes/1, target/1]).
-export_type([door/0, page/0]).

%% Who may see the pages: those whom the settings say, signed-in users, or these with a gate for open paths.
-type door() :: open | closed | stauth:gate().
-type page() :: {Status :: integer(), [{iodata(), iodata()}], iodata()}.

%% The whole way of a request. `body` gives {ok, Body}, at most a byte more than the library accepts, or {error, Reason}.
%% The handler gives a page or {error, Error}; if it crashes, the response is the library's page.
-spec answer(stauth:app(), map(), door(), fun((stauth:request()) -> page() | {error, term()})) -> page().
answer(App, Given, Door, Handler) ->
    case open(App, Given, Door) of
        {ok, Request, Action} ->
            try
                finish(Request, page(Request, Action, Handler))
            after
                stauth:close(Request)
            end;
        {error, Error} ->
            failed(App, Error)
    end.

%% Makes and begins a request. The caller closes it.
-spec open(stauth:app(), map(), door()) -> {ok, stauth:request(), proceed | respond} | {error, stauth:error()}.
open(App, #{path := Path} = Given, Door) ->
    Routes = case stauth:requires_login(App) of true -> routes(Path); false -> [] end,
    case stauth:request(App, Given#{routes => Routes}) of
        {ok, Request} -> begun(Request, Given, Door, Path);
        Failed -> Failed
    end.

begun(Request, Given, Door, Path) ->
    Steps = [
        fun() -> pass_body(Request, Given) end,
        fun() -> stauth:begin_request(Request) end,
        fun() -> require(Request, Door, Path) end
    ],
    case in_turn(Steps) of
        {ok, Action} ->
            {ok, Request, Action};
        {error, Error} ->
            fail(Request, Error),
            {ok, Request, respond}
    end.

%% Until one of them does not let the request proceed.
in_turn([Step]) -> Step();
in_turn([Step | Rest]) ->
    case Step() of
        {ok, proceed} -> in_turn(Rest);
        Other -> Other
    end.

pass_body(Request, #{body := Read}) ->
    case stauth:wants_body(Request) andalso Read() of
        false -> {ok, proceed};
        {ok, Body} -> case stauth:set_body(Request, Body) of ok -> {ok, proceed}; Failed -> Failed end;
        {error, _} -> {error, stauth_error:read(incomplete())}
    end.

incomplete() ->
    {1, <<"request_incomplete">>, <<"the body did not arrive">>, 400, undefined, undefined}.

%% Whether the user may see a page of this path.
-spec require(stauth:request(), door(), binary()) -> {ok, proceed | respond} | {error, stauth:error()}.
require(_Request, open, _Path) -> {ok, proceed};
require(Request, closed, _Path) -> stauth:require_login(Request);
require(Request, Gate, Path) -> in_turn([fun() -> stauth:require_login(Request, Gate, Each) end || Each <- routes(Path)]).

page(_Request, respond, _Handler) ->
    {500, [], <<>>}; % the library's takes its place
page(Request, proceed, Handler) ->
    try Handler(Request) of
        {error, Error} -> fail(Request, Error);
        {Status, Headers, _} = Page when is_integer(Status), is_list(Headers) -> Page;
        _ -> fail(Request, the_handler_gave_no_page)
    catch
        Class:Reason:Stack -> fail(Request, {Class, Reason, [without_arguments(Entry) || Entry <- Stack]})
    end.

%% The arguments of a call can be the request's cookies.
without_arguments({Module, Function, Arguments, Location}) when is_list(Arguments) ->
    {Module, Function, length(Arguments), Location};
without_arguments(Entry) ->
    Entry.

%% The program's page with the library's headers, or the library's in its place.
-spec finish(stauth:request(), page()) -> page().
finish(Request, {Status, Headers, Body}) ->
    case stauth:response(Request) of
        {ok, {0, More, _}} -> {Status, Headers ++ More, Body};
        {ok, Page} -> Page;
        {error, Error} -> complain(Error)
    end.

%% Makes the response the library's page for an error, whose text goes to the log.
-spec fail(stauth:request(), term()) -> page().
fail(Request, Error) ->
    Page = complain(Error),
    _ = stauth:refuse(Request, case Error of #{code := Code} -> Code; _ -> <<"internal_error">> end),
    Page.

complain(#{code := Code, message := Message}) ->
    ?LOG_WARNING("stauth: ~ts: ~ts", [Code, Message]),
    {500, [], <<"internal_error\n">>};
complain(Error) ->
    ?LOG_ERROR("stauth: ~tp", [Error]),
    {500, [], <<"internal_error\n">>}.

%% The library's page for an error, where there is not even a request.
-spec failed(stauth:app(), stauth:error()) -> page().
failed(App, Error) ->
    case stauth:request(App, #{method => <<"GET">>, target => <<"/">>, headers => []}) of
        {ok, Request} -> finish(Request, fail(Request, Error));
        {error, _} -> complain(Error)
    end.

%% The path decoded once, and what stands for it as it was received: programs may route by either, and the library would
%% decode it. So "/he%61lth" is not "/health", but "/static/a%20b" is in "/static/".
-spec routes(binary()) -> [binary()].
routes(Path) ->
    case binary:match(Path, <<"%">>) of
        nomatch -> [Path];
        _ -> [decoded(Path, <<>>), binary:replace(Path, <<"%">>, <<"_">>, [global])]
    end.

decoded(<<"%", High, Low, Rest/binary>>, Done) ->
    case {digit(High), digit(Low)} of
        {A, B} when is_integer(A), is_integer(B) -> decoded(Rest, <<Done/binary, (A * 16 + B)>>);
        _ -> decoded(<<High, Low, Rest/binary>>, <<Done/binary, "%">>)
    end;
decoded(<<Byte, Rest/binary>>, Done) -> decoded(Rest, <<Done/binary, Byte>>);
decoded(<<>>, Done) -> Done.

digit(Byte) when Byte >= $0, Byte =< $9 -> Byte - $0;
digit(Byte) when Byte >= $a, Byte =< $f -> Byte - $a + 10;
digit(Byte) when Byte >= $A, Byte =< $F -> Byte - $A + 10;
digit(_) -> none.

%% A target in absolute form, which browsers send to proxies alone, as a path (RFC 9112, section 3.2.2).
-spec target(binary()) -> binary().
target(Target) ->
    case re:replace(Target, "^https?://[^/?#]*", "", [caseless, {return, binary}]) of
        <<"/", _/binary>> = Path -> Path;
        Rest -> <<"/", Rest/binary>>
    end.
