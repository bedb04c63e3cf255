%% What of the header this binding uses, and where it repeats it.
-module(declarations_test).

-compile([export_all, nowarn_export_all]).

%% What stauth.h has and the binding does not call, and why.
unused() ->
    #{
        "st_version_string" => "the number is enough to compare",
        "st_status_name" => "the kinds of errors have names",
        "st_app_shared" => "a node keeps its applications",
        "st_app_end_sessions" => "operators revoke by other means",
        "st_request_logout_may_block" => "dirty schedulers may wait",
        "st_config_set_clock" => "for tests of the library",
        "st_config_set_random" => "for tests of the library",
        "st_config_set_transport" => "the library never calls Erlang: a client is asked for between its calls",
        "st_config_set_session_store" => "Erlang programs use Redis",
        "st_record_set" => "as above",
        "st_request_loads_page" => "st_request_require_login() asks it",
        "st_request_is_logged_in" => "st_request_user_json() says it first",
        "st_request_add_header" => "all of them in one call",
        "st_request_response_header_count" => "all of them in one call",
        "st_request_response_header" => "all of them in one call",
        "st_native_new" => "for programs without a site",
        "st_native_login" => "as above",
        "st_native_callback" => "as above",
        "st_native_device_login" => "as above",
        "st_native_poll" => "as above",
        "st_native_is_pending" => "as above",
        "st_native_wait_ms" => "as above",
        "st_native_expires_in" => "as above",
        "st_native_url" => "as above",
        "st_native_verification_uri" => "as above",
        "st_native_user_code" => "as above",
        "st_native_session" => "as above",
        "st_request_bind" => "processes change threads",
        "st_request_unbind" => "as above",
        "st_login" => "as above",
        "st_logout" => "as above",
        "st_user_json" => "as above"
    }.

root() -> filename:join([filename:dirname(code:which(stauth)), "..", "..", "..", ".."]).

read(Path) ->
    {ok, Text} = file:read_file(filename:join(root(), Path)),
    Text.

header() -> read("include/stauth.h").

sources(Pattern) ->
    [read(File) || File <- filelib:wildcard("bindings/erlang/" ++ Pattern, root())].

found(Text, Pattern) ->
    case re:run(Text, Pattern, [global, multiline, {capture, all_but_first, list}]) of
        {match, Found} -> Found;
        nomatch -> []
    end.

%% The C compiler has compared the arguments.
every_function_is_called_test() ->
    Names = [Name || [Name] <- found(header(), "^ST_API\\s[^;(]*?(\\w+)\\(")],
    true = length(Names) > 80,
    Code = re:replace(sources("c_src/*.c"), "/\\*.*?\\*/", "", [global, dotall, {return, binary}]),
    [
        {Name, true} = {Name, is_map_key(Name, unused()) =/= (re:run(Code, "\\b" ++ Name ++ "\\b") =/= nomatch)}
     || Name <- Names
    ],
    [] = maps:keys(unused()) -- Names.

every_status_test() ->
    [[Section]] = found(header(), "ST_OK = 0,([^}]*)\\}"),
    Given = [{Name, list_to_integer(Number)} || [Name, Number] <- found(Section, "ST_(\\w+) = (\\d+)")],
    Ours = [
        begin
            #{kind := Kind} = stauth_error:read({Number, <<>>, <<>>, 500, undefined, undefined}),
            {string:uppercase(atom_to_list(Kind)), Number}
        end
     || Number <- lists:seq(1, length(Given))
    ],
    Ours = [{lists:flatten(string:replace(Name, "_ERROR", "")), Number} || {Name, Number} <- Given].

every_request_header_test() ->
    [[Sentence]] = found(header(), "Add all of them, or at least ([\\w ,\\n-]+);"),
    Asked = [string:lowercase(Name) || Name <- string:lexemes(Sentence, ", \n"), Name =/= "and"],
    [[List]] = found(read("bindings/erlang/src/stauth_headers.erl"), "NAMES, #\\{([^}]*)\\}"),
    Ours = [Name || [Name] <- found(List, "<<\"([^\"]*)\">>")],
    {[], []} = {Asked -- Ours, Ours -- Asked}.

actions_and_limits_test() ->
    Words = re:replace(header(), "\\s+", " ", [global, {return, binary}]),
    Sentences = ["ST_PROCEED = 0,", "ST_WAIT = 2 ", "so. At most 64 KiB", "ST_LOG_INFO = 1,", "ST_LOG_ERROR = 3 "],
    [{Each, true} = {Each, string:find(Words, Each) =/= nomatch} || Each <- Sentences].

%% Each NIF has a function that says that it is not loaded.
every_nif_is_declared_test() ->
    Table = found(sources("c_src/nif.c"), "^    \\{\"(\\w+)\", (\\d+),"),
    Ours = [{atom_to_list(Name), integer_to_list(Arity)} || {Name, Arity} <- stauth_nif:module_info(exports)],
    Given = [{Name, Arity} || [Name, Arity] <- Table],
    true = length(Given) > 20,
    {[], [{"module_info", "0"}, {"module_info", "1"}]} = {Given -- Ours, lists:sort(Ours -- Given)}.
