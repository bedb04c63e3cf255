%% The OTP application: a supervisor and the process of the log.
-module(stauth_app).

-behaviour(application).
-behaviour(supervisor).

-export([start/2, stop/1, init/1]).

start(_Type, _Arguments) ->
    supervisor:start_link({local, stauth_sup}, ?MODULE, []).

stop(_State) ->
    ok.

init([]) ->
    {ok, {#{strategy => one_for_one}, [#{id => stauth_log, start => {stauth_log, start_link, []}}]}}.
