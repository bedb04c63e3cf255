%% For the tests of a program: signs users in without a provider.
%%
%%     {ok, Auth} = stauth_testing:new(#{}),
%%     Cookie = stauth_testing:sign_in(Auth, #{email => <<"ada@example.org">>}), % for the requests of the test
%%     App = stauth_testing:app(Auth)                                            % for the program
%%
%% Each application has its own new secret, and a provider inside of the node: no other application accepts its cookies.
%% The login is still complete, with every check. Needs the application crypto.
-module(stauth_testing).

-export([new/1, app/1, sign_in/2, redirect_uri/0]).

-define(ISSUER, "https://provider.test").
-define(METADATA, "/.well-known/openid-configuration").
-define(CLIENT_ID, "test").

-record(auth, {app :: stauth:app(), granted :: ets:table()}).

%% Where the invented provider sends users back to.
redirect_uri() -> "http://localhost:8501/oauth2callback".

%% Settings are more keys: #{"auth.session_lifetime" => "1h"}. It lives as long as the process that made it.
-spec new(#{unicode:chardata() => unicode:chardata()}) -> {ok, #auth{}} | {error, stauth:error()}.
new(Settings) ->
    Secret = random(),
    Granted = ets:new(?MODULE, [public]),
    Keys = #{
        "auth.redirect_uri" => redirect_uri(),
        "auth.cookie_secret" => random(),
        "auth.client_id" => ?CLIENT_ID,
        "auth.client_secret" => Secret,
        "auth.server_metadata_url" => ?ISSUER ++ ?METADATA,
        "auth.id_token_signed_response_alg" => "HS256"
    },
    Client = fun(Exchange) -> answer(Exchange, Secret, Granted) end,
    case stauth:new(#{settings => maps:merge(Keys, Settings), client => Client}) of
        {ok, App} -> {ok, #auth{app = App, granted = Granted}};
        Failed -> Failed
    end.

%% The application, for the program under test.
app(#auth{app = App}) -> App.

%% Signs a user in with these claims, and gives the value of the Cookie header. `sub` is "user" unless they say otherwise.
-spec sign_in(#auth{}, #{atom() => binary() | integer() | boolean()}) -> binary().
sign_in(#auth{app = App, granted = Granted}, Claims) ->
    {_, Start, _} = visit(App, stauth:login_path(App), <<>>),
    {_, Location} = lists:keyfind(<<"Location">>, 1, Start),
    Asked = maps:from_list(uri_string:dissect_query(maps:get(query, uri_string:parse(Location)))),
    #{<<"state">> := State, <<"nonce">> := Nonce} = Asked,
    Code = random(),
    true = ets:insert(Granted, {Code, maps:merge(#{sub => <<"user">>}, Claims#{nonce => Nonce, iss => <<?ISSUER>>})}),
    Query = uri_string:compose_query([{<<"code">>, Code}, {<<"state">>, State}, {<<"iss">>, <<?ISSUER>>}]),
    {302, End, _} = visit(App, ["/oauth2callback?", Query], cookies(Start)),
    cookies(End).

visit(App, Target, Cookie) ->
    Headers = [{"Host", "localhost:8501"}, {"Accept", "text/html"}] ++ [{"Cookie", Cookie} || Cookie =/= <<>>],
    {ok, Request} = stauth:request(App, #{method => "GET", target => Target, headers => Headers}),
    {ok, respond} = stauth:begin_request(Request),
    {ok, Page} = stauth:response(Request),
    ok = stauth:close(Request),
    Page.

cookies(Headers) ->
    Lines = [Line || {<<"Set-Cookie">>, Line} <- Headers, string:find(Line, "Max-Age=0") =:= nomatch],
    iolist_to_binary(lists:join("; ", [hd(binary:split(Line, <<";">>)) || Line <- Lines])).

%% ---- The provider ----

answer(#{url := Url, body := Body}, Secret, Granted) ->
    case string:prefix(Url, ?ISSUER) of
        <<?METADATA>> -> reply(metadata());
        <<"/keys">> -> reply(#{keys => []}); % the ID token is signed with the client's secret
        <<"/token">> -> token(maps:from_list(uri_string:dissect_query(Body)), Secret, Granted)
    end.

metadata() ->
    #{
        issuer => <<?ISSUER>>,
        authorization_endpoint => <<?ISSUER "/authorize">>,
        token_endpoint => <<?ISSUER "/token">>,
        jwks_uri => <<?ISSUER "/keys">>,
        response_types_supported => [<<"code">>],
        subject_types_supported => [<<"public">>],
        id_token_signing_alg_values_supported => [<<"HS256">>],
        authorization_response_iss_parameter_supported => true
    }.

%% Each code and each refresh token serves once.
token(Form, Secret, Granted) ->
    Code = maps:get(<<"code">>, Form, maps:get(<<"refresh_token">>, Form, <<>>)),
    case ets:take(Granted, Code) of
        [{_, Claims}] ->
            Now = erlang:system_time(second),
            Following = random(),
            true = ets:insert(Granted, {Following, Claims}),
            Token = sign(Claims#{aud => <<?CLIENT_ID>>, iat => Now, exp => Now + 300}, Secret),
            reply(#{
                access_token => random(),
                token_type => <<"Bearer">>,
                expires_in => 3600,
                refresh_token => Following,
                id_token => Token
            });
        [] ->
            {error, unknown_code}
    end.

sign(Claims, Secret) ->
    Signed = <<(encoded(<<"{\"alg\":\"HS256\"}">>))/binary, ".", (encoded(json(Claims)))/binary>>,
    <<Signed/binary, ".", (encoded(crypto:mac(hmac, sha256, Secret, Signed)))/binary>>.

encoded(Bytes) ->
    << <<(url(Letter))>> || <<Letter>> <= base64:encode(iolist_to_binary(Bytes)), Letter =/= $= >>.

url($+) -> $-;
url($/) -> $_;
url(Letter) -> Letter.

reply(Content) ->
    {ok, {200, [{<<"Content-Type">>, <<"application/json">>}], iolist_to_binary(json(Content))}}.

%% OTP 27 has a module json; this is for what tests need.
json(Map) when is_map(Map) ->
    Members = [[json(atom_to_binary(Name)), ":", json(Value)] || {Name, Value} <- maps:to_list(Map)],
    ["{", lists:join(",", Members), "}"];
json(List) when is_list(List) -> ["[", lists:join(",", [json(Value) || Value <- List]), "]"];
json(Number) when is_integer(Number) -> integer_to_binary(Number);
json(Atom) when is_atom(Atom) -> atom_to_binary(Atom);
json(Text) when is_binary(Text) -> [$", [escaped(Letter) || <<Letter/utf8>> <= Text], $"].

escaped(Letter) when Letter < 32; Letter =:= $"; Letter =:= $\\ -> io_lib:format("\\u~4.16.0b", [Letter]);
escaped(Letter) -> <<Letter/utf8>>.

random() ->
    binary:encode_hex(crypto:strong_rand_bytes(32)).
