%% What the modules of the binding share.

%% st_action of stauth.h.
-define(PROCEED, 0).
-define(WAIT, 2).

-record(app, {handle :: reference(), client :: fun() | undefined, paths :: tuple()}).
-record(gate, {handle :: reference()}).
-record(request, {handle :: reference(), client :: fun() | undefined, wants_body = false :: boolean()}).
