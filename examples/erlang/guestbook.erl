%% A site with a login on the httpd of inets. Start: STAUTH_SECRETS=secrets.toml PORT=8501 erl -noshell -s guestbook
-module(guestbook).

-export([start/0, handler/1]).

start() ->
    {ok, App} = stauth:new(#{log => stderr}),
    Port = list_to_integer(os:getenv("PORT")),
    {ok, _} = stauth_httpd:start(App, handler(App), #{port => Port}),
    io:format("http://localhost:~b~n", [Port]).

%% The pages of the site.
handler(App) ->
    Paths = {stauth:login_path(App), stauth:logout_path(App)},
    fun(Request, About) -> page(Request, About, Paths) end.

page(Request, #{path := <<"/user.json">>}, _Paths) ->
    {200, [{"Content-Type", "application/json"}], stauth:user(Request)};
page(Request, #{path := <<"/members">>}, _Paths) ->
    case stauth:require_login(Request) of
        {ok, proceed} -> plain(["Welcome, ", stauth:claim(Request, "name", "member")]);
        {ok, respond} -> plain([]); % the library's page takes its place
        Failed -> Failed
    end;
page(Request, #{path := <<"/login">>, query := Query}, _Paths) ->
    Pairs = case uri_string:dissect_query(Query) of {error, _, _} -> []; Found -> Found end,
    instead(stauth:login(Request, proplists:get_value(<<"provider">>, Pairs)));
page(Request, #{path := <<"/logout">>, method := <<"POST">>}, _Paths) ->
    instead(stauth:logout(Request));
page(Request, _About, Paths) ->
    {200, [{"Content-Type", "text/html; charset=utf-8"}], front(Request, Paths)}.

%% The library's response takes the place of the page; for an error it is the page that explains it.
instead(ok) -> plain([]);
instead(Failed) -> Failed.

plain(Text) ->
    {200, [{"Content-Type", "text/plain; charset=utf-8"}], Text}.

front(Request, {LoginPath, LogoutPath}) ->
    Claim = fun(Name) -> escaped(stauth:claim(Request, Name, <<>>)) end,
    {Account, Text} =
        case stauth:is_logged_in(Request) of
            true ->
                Button = "<button class=\"button\">Log out</button>",
                Form = ["<form method=\"post\" action=\"", LogoutPath, "\">", Button, "</form>"],
                {[Claim("email"), Form], ["To ", Claim("iss"), " you are ", Claim("sub"), ", ", Claim("name"), "."]};
            false ->
                Link = ["<a class=\"button\" href=\"", LoginPath, "\">Log in</a>"],
                {Link, "Log in, and this page knows your name."}
        end,
    [
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Guest book</title>\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n",
        "<style>:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }</style>\n",
        "<header><b>Guest book</b> ", Account, "</header>\n<h1>Hello</h1>\n<p>", Text, "</p>\n</html>\n"
    ].

escaped(Text) ->
    Pairs = [{"&", "\\&amp;"}, {"<", "\\&lt;"}, {">", "\\&gt;"}, {"\"", "\\&quot;"}],
    lists:foldl(fun({From, To}, Done) -> re:replace(Done, From, To, [global, {return, binary}]) end, Text, Pairs).
