%% Passes the library's events to `logger`: warnings and errors, or what STAUTH_LOG says.
-module(stauth_log).

-behaviour(gen_server).

-include_lib("kernel/include/logger.hrl").

-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    ok = logger:set_module_level(?MODULE, level(os:getenv("STAUTH_LOG"))),
    {ok, none}.

handle_call(_Request, _From, State) ->
    {reply, ok, State}.

handle_cast(_Request, State) ->
    {noreply, State}.

handle_info({stauth_event, Level, Line}, State) ->
    ?LOG(Level, "~ts", [Line]),
    {noreply, State};
handle_info(_Other, State) ->
    {noreply, State}.

level("info") ->
    info;
level("error") ->
    error;
level(Name) ->
    Name =:= false orelse Name =:= "" orelse Name =:= "warning" orelse
        ?LOG_WARNING("STAUTH_LOG must be info, warning or error, not ~p", [Name]),
    warning.
