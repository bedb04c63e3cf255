%% The calls of libstauth.so.0, which c_src implements. Use the module stauth.
-module(stauth_nif).

-export([
    version/0,
    app_new/5,
    app_preload/1,
    app_paths/1,
    app_user/2,
    app_stats/2,
    app_close/1,
    gate_new/1,
    request_new/6,
    request_new_preload/1,
    request_set_body/2,
    request_begin/1,
    request_user/1,
    request_claim/2,
    request_is_fresh/2,
    request_login/3,
    request_logout/2,
    request_require_login/3,
    request_access_token/1,
    request_refresh/1,
    request_refuse/2,
    request_error/1,
    request_response/1,
    request_close/1,
    request_exchange/1,
    request_respond/4,
    request_resume/1
]).

-on_load(load/0).

load() ->
    Folder =
        case code:priv_dir(stauth) of
            {error, _} -> filename:join(filename:dirname(filename:dirname(code:which(?MODULE))), "priv");
            Found -> Found
        end,
    case erlang:load_nif(filename:join(Folder, "stauth_nif"), none) of
        ok -> compare(version());
        Other -> Other
    end.

%% The same major number, and before 1.0 the same minor number, means the same ABI.
compare({Loaded, Compiled}) when Loaded div 100 =:= Compiled div 100 -> ok;
compare({Loaded, Compiled}) -> {error, {library_version, Loaded, Compiled}}.

version() -> not_loaded().
app_new(_File, _Toml, _Settings, _Log, _HasEventLoop) -> not_loaded().
app_preload(_App) -> not_loaded().
app_paths(_App) -> not_loaded().
app_user(_App, _Cookie) -> not_loaded().
app_stats(_App, _Format) -> not_loaded().
app_close(_App) -> not_loaded().
gate_new(_Paths) -> not_loaded().
request_new(_App, _Method, _Target, _Block, _Address, _Routes) -> not_loaded().
request_new_preload(_App) -> not_loaded().
request_set_body(_Request, _Body) -> not_loaded().
request_begin(_Request) -> not_loaded().
request_user(_Request) -> not_loaded().
request_claim(_Request, _Name) -> not_loaded().
request_is_fresh(_Request, _Seconds) -> not_loaded().
request_login(_Request, _Provider, _Options) -> not_loaded().
request_logout(_Request, _Options) -> not_loaded().
request_require_login(_Request, _Gate, _Path) -> not_loaded().
request_access_token(_Request) -> not_loaded().
request_refresh(_Request) -> not_loaded().
request_refuse(_Request, _Code) -> not_loaded().
request_error(_Request) -> not_loaded().
request_response(_Request) -> not_loaded().
request_close(_Request) -> not_loaded().
request_exchange(_Request) -> not_loaded().
request_respond(_Request, _Status, _Headers, _Body) -> not_loaded().
request_resume(_Request) -> not_loaded().

not_loaded() ->
    erlang:nif_error(not_loaded).
