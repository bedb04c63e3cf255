%% Requests: input, options, tokens, and calls in the wrong place.
-module(request_test).

-compile([export_all, nowarn_export_all]).

-import(helper, [auth/0, auth/1, app/1, ada/0, begun/2, failure/3, header/2]).

given() -> #{method => "GET", target => "/", headers => []}.

nul_in_a_request_test() ->
    App = app(auth()),
    Given = [#{method => "G\0T"}, #{target => "/\0"}, #{headers => [{"Cookie", "a=b\0c"}]}, #{client_address => "1\0"}],
    [failure(stauth:request(App, maps:merge(given(), Each)), invalid_argument, <<"invalid_text">>) || Each <- Given],
    Request = begun(auth(), nobody),
    failure(stauth:login(Request, "a\0b"), invalid_argument, <<"invalid_text">>),
    failure(stauth:login(Request, undefined, #{login_hint => "a\0b"}), invalid_argument, <<"invalid_text">>),
    failure(stauth:refuse(Request, "a\0b"), invalid_argument, <<"invalid_text">>),
    none = stauth:claim(Request, "a\0b", none),
    {ok, {0, _, _}} = stauth:response(Request).

header_that_is_not_asked_for_test() ->
    Headers = [{"X-Other", binary:copy(<<0>>, 300000)}, {"Accept\0", "x"}, {<<"hOST">>, "localhost:8501"}],
    {ok, Request} = stauth:request(app(auth()), (given())#{headers => Headers}),
    {ok, proceed} = stauth:begin_request(Request).

huge_input_test() ->
    {App, Huge} = {app(auth()), binary:copy(<<"x">>, 70000)},
    [
        failure(stauth:request(App, (given())#{headers => [{Name, Huge}]}), limit_exceeded, <<"too_large">>)
     || Name <- ["Cookie", "Referer", "Accept"]
    ],
    failure(stauth:request(App, (given())#{target => ["/", Huge]}), limit_exceeded, <<"too_large">>),
    failure(stauth:request(App, (given())#{routes => [Huge]}), limit_exceeded, <<"too_large">>),
    failure(stauth:login(begun(auth(), nobody), Huge), limit_exceeded, <<"too_large">>),
    {ok, Post} = stauth:request(App, (given())#{method => "POST", target => "/auth/login"}),
    true = stauth:wants_body(Post),
    failure(stauth:set_body(Post, Huge), limit_exceeded, <<"too_large">>).

calls_out_of_order_test() ->
    {ok, Request} = stauth:request(app(auth()), given()),
    failure(stauth:login(Request), invalid_argument, <<"out_of_sequence">>),
    {false, undefined} = {stauth:is_logged_in(Request), stauth:claim(Request, "email")}.

claims_test() ->
    Request = begun(auth(), ada()),
    {<<"ada@example.org">>, <<"7">>} = {stauth:claim(Request, "email"), stauth:claim(Request, <<"n">>)},
    {undefined, true} = {stauth:claim(Request, "none"), stauth:is_logged_in(Request)},
    <<"Cookie">> = header(Request, <<"Vary">>).

options_of_a_login_test() ->
    Auth = auth(),
    Request = begun(Auth, nobody),
    Options = #{login_hint => "ada@example.org", prompt => "login", acr_values => "mfa", max_age => 300, ui_locales => "de"},
    ok = stauth:login(Request, undefined, Options),
    Parts = ["login_hint=ada%40example.org", "prompt=login", "acr_values=mfa", "max_age=300", "ui_locales=de"],
    [{Part, true} = {Part, string:find(header(Request, <<"Location">>), Part) =/= nomatch} || Part <- Parts].

%% None of the options is left for another login.
option_that_is_refused_test() ->
    Request = begun(auth(), nobody),
    failure(stauth:login(Request, undefined, #{acr_values => "mfa", max_age => -1}), invalid_argument, <<"option_invalid">>),
    failure(stauth:login(Request, undefined, #{acr_values => "mfa", unknown => "x"}), invalid_argument, <<"option_unknown">>),
    failure(stauth:login(Request, undefined, #{acr_values => "mfa", prompt => "\0"}), invalid_argument, <<"invalid_text">>),
    ok = stauth:login(Request),
    nomatch = string:find(header(Request, <<"Location">>), "acr_values").

freshness_test() ->
    Request = begun(auth(), #{auth_time => erlang:system_time(second) - 100}),
    {false, true} = {stauth:is_fresh(Request, 50), stauth:is_fresh(Request, 1000)}.

access_token_and_refresh_test() ->
    Auth = auth(#{"auth.expose_tokens" => "access"}),
    Request = begun(Auth, ada()),
    {ok, #{secret := Secret, expires_at := Expiry} = Token} = stauth:access_token(Request),
    true = Expiry > erlang:system_time(second) + 3000,
    nomatch = string:find(io_lib:format("~p", [Token]), Secret()),
    ok = stauth:refresh(Request),
    {ok, #{secret := Another}} = stauth:access_token(Request),
    true = stauth:is_logged_in(Request) andalso Another() =/= Secret(),
    {error, #{code := <<"not_signed_in">>}} = stauth:access_token(begun(Auth, nobody)).

logout_test() ->
    Request = begun(auth(), ada()),
    ok = stauth:logout(Request, #{logout => "local"}),
    {false, {ok, {303, _, _}}} = {stauth:is_logged_in(Request), stauth:response(Request)},
    {ok, Other} = stauth:request(app(auth()), (given())#{method => "POST", headers => [{"Sec-Fetch-Site", "cross-site"}]}),
    {ok, proceed} = stauth:begin_request(Other),
    failure(stauth:logout(Other), request_refused, <<"cross_site_request">>).

gate_of_a_page_test() ->
    {ok, Gate} = stauth:gate(["/static/"]),
    Request = begun(auth(), nobody),
    {ok, proceed} = stauth:require_login(Request, Gate, <<"/static/a">>),
    {ok, respond} = stauth:require_login(Request, Gate, <<"/static/../a">>),
    {ok, {302, _, _}} = stauth:response(Request),
    {ok, proceed} = stauth:require_login(begun(auth(), ada())).

page_for_an_error_test() ->
    Request = begun(auth(), nobody),
    ok = stauth:refuse(Request, "user_not_allowed"),
    {ok, {403, _, Body}} = stauth:response(Request),
    {_, _} = binary:match(Body, <<"user_not_allowed">>).

request_after_its_end_test() ->
    Request = begun(auth(), ada()),
    ok = stauth:close(Request),
    ok = stauth:close(Request),
    Calls = [
        fun stauth:begin_request/1,
        fun stauth:login/1,
        fun stauth:logout/1,
        fun stauth:require_login/1,
        fun stauth:access_token/1,
        fun stauth:refresh/1,
        fun stauth:response/1,
        fun(Each) -> stauth:refuse(Each, "x") end,
        fun(Each) -> stauth:set_body(Each, "x") end
    ],
    [failure(Call(Request), invalid_argument, <<"invalid_handle">>) || Call <- Calls],
    {false, undefined, undefined} = {stauth:is_logged_in(Request), stauth:claim(Request, "sub"), stauth:failure(Request)},
    false = stauth:is_fresh(Request, 10),
    undefined = stauth_nif:request_exchange(element(2, Request)),
    {error, _} = stauth_nif:request_respond(element(2, Request), 200, [], <<>>),
    {error, _} = stauth_nif:request_resume(element(2, Request)).
