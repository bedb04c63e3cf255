module bench

go 1.19

require stauth v0.2.0

replace stauth => ../../../bindings/go
