%% The example, for users of an invented provider.
-module(guestbook_test).

-compile([export_all, nowarn_export_all]).

%% What a browser gets for this path.
open(Auth, Path, Headers) ->
    App = stauth_testing:app(Auth),
    Given = #{
        method => "GET",
        target => Path,
        path => Path,
        headers => [{"Host", "localhost:8501"}, {"Accept", "text/html"} | Headers],
        body => fun() -> {ok, <<>>} end
    },
    About = #{method => <<"GET">>, path => Path, query => <<>>},
    Handler = guestbook:handler(App),
    {Status, _, Body} = stauth_visit:answer(App, Given, open, fun(Request) -> Handler(Request, About) end),
    {Status, iolist_to_binary(Body)}.

front_page_test() ->
    {ok, Auth} = stauth_testing:new(#{}),
    {200, Anonymous} = open(Auth, <<"/">>, []),
    {_, _} = binary:match(Anonymous, <<"Log in">>),
    Cookie = stauth_testing:sign_in(Auth, #{email => <<"ada@example.org">>, name => <<"<Ada>">>}),
    {200, Page} = open(Auth, <<"/">>, [{"Cookie", Cookie}]),
    [{_, _} = binary:match(Page, Text) || Text <- [<<"ada@example.org">>, <<"&lt;Ada&gt;">>, <<"Log out">>]].

members_test() ->
    {ok, Auth} = stauth_testing:new(#{}),
    {302, _} = open(Auth, <<"/members">>, []),
    Cookie = stauth_testing:sign_in(Auth, #{name => <<"Ada">>}),
    {200, <<"Welcome, Ada">>} = open(Auth, <<"/members">>, [{"Cookie", Cookie}]).
