package stauth

/*
#include <stauth.h>
*/
import "C"

import (
	"log"
	"runtime/cgo"
)

// What C calls. A panic ends here: beyond, it would end the process.

//export stauthGoLog
func stauthGoLog(level C.int32_t, line *C.char, handle C.uintptr_t) {
	defer survive("log")
	if write, ok := cgo.Handle(handle).Value().(func(Level, string)); ok {
		write(Level(level), C.GoString(line))
	}
}

//export stauthGoTransport
func stauthGoTransport(exchange *C.st_exchange, handle C.uintptr_t) (status C.st_status) {
	status = C.ST_NETWORK_ERROR // if the function panics
	defer survive("transport")
	send, _ := cgo.Handle(handle).Value().(func(Exchange) (Reply, error))
	given, err := readExchange(exchange)
	if err != nil {
		return status
	}
	reply, err := send(given)
	if err == nil {
		err = writeReply(exchange, reply)
	}
	if err != nil {
		log.Printf("stauth: the transport failed: %v", err)
		return status
	}
	return C.ST_OK
}

//export stauthGoRelease
func stauthGoRelease(handle C.uintptr_t) {
	cgo.Handle(handle).Delete()
}
