%% Runs every function NAME_test/0 of the modules in this one's folder, and prints TAP.
-module(tap).

-export([run/0]).

run() ->
    ok = logger:remove_handler(default), % tests provoke what it would print
    Beams = filelib:wildcard("*.beam", filename:dirname(code:which(?MODULE))),
    Modules = [list_to_atom(filename:basename(Beam, ".beam")) || Beam <- lists:sort(Beams)],
    Tests = [{Module, Name} || Module <- Modules, {Name, 0} <- Module:module_info(exports), is_test(Name)],
    io:format("1..~b~n", [length(Tests)]),
    Numbered = lists:zip(lists:seq(1, length(Tests)), Tests),
    Failed = [Test || {Number, Test} <- Numbered, not passes(Number, Test)],
    halt(min(length(Failed), 1)).

is_test(Name) ->
    lists:suffix("_test", atom_to_list(Name)).

%% In a process of its own, for at most a minute.
passes(Number, {Module, Name}) ->
    {Process, Monitor} = spawn_monitor(fun() -> _ = Module:Name() end),
    Reason =
        receive
            {'DOWN', Monitor, process, Process, Found} -> Found
        after 60000 -> exit(Process, kill), timeout
        end,
    Result = case Reason of normal -> "ok"; _ -> "not ok" end,
    io:format("~ts ~b - ~ts:~ts~n", [Result, Number, Module, Name]),
    Reason =:= normal orelse io:format("# ~tp~n", [Reason]),
    Reason =:= normal.
