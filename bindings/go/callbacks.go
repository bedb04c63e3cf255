package stauth

/*
#include <stauth.h>

extern void stauthGoLog(int32_t level, char *line, uintptr_t handle);
extern st_status stauthGoTransport(st_exchange *exchange, uintptr_t handle);
extern void stauthGoRelease(uintptr_t handle);

// A cgo.Handle is a number, which C keeps as a pointer. Go must not see numbers as pointers, so this is where one
// becomes the other.

static void log_event(int32_t level, const char *line, void *user_data) {
	stauthGoLog(level, (char *)line, (uintptr_t)user_data);
}

static st_status exchange_messages(st_exchange *exchange, void *user_data) {
	return stauthGoTransport(exchange, (uintptr_t)user_data);
}

static void release_handle(void *user_data) { stauthGoRelease((uintptr_t)user_data); }

static st_status set_log(st_config *config, uintptr_t handle, st_error **error) {
	return st_config_set_log(config, log_event, (void *)handle, release_handle, error);
}

static st_status set_transport(st_config *config, uintptr_t handle, st_error **error) {
	return st_config_set_transport(config, exchange_messages, (void *)handle, release_handle, error);
}
*/
import "C"

import (
	"log"
	"net/http"
	"os"
	"runtime/cgo"
	"time"
	"unsafe"
)

// Level is how important an event is.
type Level int32

const (
	Info    Level = C.ST_LOG_INFO
	Warning Level = C.ST_LOG_WARNING
	// ErrorLevel is the level of what the operator must mend.
	ErrorLevel Level = C.ST_LOG_ERROR
)

// Exchange is a request to a provider, and the settings that whoever sends it must obey.
type Exchange struct {
	Method, URL             string
	Header                  http.Header
	Body                    []byte
	Timeout, ConnectTimeout time.Duration
	// Proxy is the URL of the proxy; empty for none, whatever the environment says.
	Proxy string
	// CAFile has the only trusted certificate authorities; empty for the system's.
	CAFile string
	// AllowsLoopback says whether the connection may end at a loopback address.
	AllowsLoopback bool
}

// Reply is the response of a provider.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// connect sets the functions that the library calls. It releases each once it will never call it again.
func (config Config) connect(builder *C.st_config) error {
	write := config.Log
	if write == nil {
		write = standardLog()
	}
	var failure *C.st_error
	handle := cgo.NewHandle(write)
	if err := result(C.set_log(builder, C.uintptr_t(handle), &failure), failure); err != nil {
		handle.Delete()
		return err
	}
	if config.Transport == nil {
		return nil
	}
	handle = cgo.NewHandle(config.Transport)
	if err := result(C.set_transport(builder, C.uintptr_t(handle), &failure), failure); err != nil {
		handle.Delete()
		return err
	}
	return nil
}

// standardLog obeys STAUTH_LOG.
func standardLog() func(Level, string) {
	levels := map[string]Level{"": Warning, "info": Info, "warning": Warning, "error": ErrorLevel}
	name := os.Getenv("STAUTH_LOG")
	least, ok := levels[name]
	if !ok {
		log.Printf("STAUTH_LOG must be info, warning or error, not %q", name)
		least = Warning
	}
	return func(level Level, line string) {
		if level >= least {
			log.Print(line)
		}
	}
}

// survive keeps a panic of the program's function from crossing C, which would end the process.
func survive(what string) {
	if problem := recover(); problem != nil {
		log.Printf("stauth: the %s function panicked: %v", what, problem)
	}
}

func readExchange(exchange *C.st_exchange) (Exchange, error) {
	var address *C.char
	var length C.size_t
	var failure *C.st_error
	if err := result(C.st_exchange_body(exchange, &address, &length, &failure), failure); err != nil {
		return Exchange{}, err
	}
	header := http.Header{}
	for index := C.size_t(0); ; index++ {
		name := C.st_exchange_header_name(exchange, index)
		if name == nil {
			break
		}
		header.Add(C.GoString(name), C.GoString(C.st_exchange_header_value(exchange, index)))
	}
	return Exchange{
		Method:         C.GoString(C.st_exchange_method(exchange)),
		URL:            C.GoString(C.st_exchange_url(exchange)),
		Header:         header,
		Body:           C.GoBytes(unsafe.Pointer(address), C.int(length)),
		Timeout:        time.Duration(C.st_exchange_timeout_ms(exchange)) * time.Millisecond,
		ConnectTimeout: time.Duration(C.st_exchange_connect_timeout_ms(exchange)) * time.Millisecond,
		Proxy:          C.GoString(C.st_exchange_proxy(exchange)),
		CAFile:         C.GoString(C.st_exchange_ca_file(exchange)),
		AllowsLoopback: C.st_exchange_allows_loopback(exchange) == 1,
	}, nil
}

func writeReply(exchange *C.st_exchange, reply Reply) error {
	var failure *C.st_error
	for name, values := range reply.Header {
		for _, value := range values {
			cName, err := text(name)
			if err != nil {
				return err
			}
			cValue, err := text(value)
			if err != nil {
				return err
			}
			if err := result(C.st_exchange_add_header(exchange, cName, cValue, &failure), failure); err != nil {
				return err
			}
		}
	}
	body, length := lent(reply.Body), C.size_t(len(reply.Body))
	return result(C.st_exchange_respond(exchange, C.int32_t(reply.Status), body, length, &failure), failure)
}
