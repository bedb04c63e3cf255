package stauth

/*
#include <stauth.h>
*/
import "C"

import (
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Those that st_request_add_header() asks for, but Host, which is not among Go's headers. It ignores all others.
var headerNames = []string{
	"Cookie", "Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Purpose", "Purpose", "X-Purpose", "X-Moz",
	"Upgrade", "Content-Type", "Accept", "Accept-Language", "Authorization", "DPoP", "Access-Control-Request-Method",
	"X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id", "Secure-Session-Response", "Sec-Secure-Session-Id",
	"Secure-Session-Skipped",
}

// LongestBody is the most that the library accepts.
const LongestBody = 64 * 1024

// Request is one HTTP request, and the library's part of the response. Handler makes one for each. Goroutines may share
// it; their calls wait for one another. After the handler has returned, calls fail with the code "invalid_handle".
type Request struct {
	lock   sync.Mutex
	handle *C.st_request
	isLate bool // the response has begun
}

// NewRequest is for programs without net/http: method and target as received, "GET" and "/report?id=3". Its order of
// calls is that of stauth.h. Even after an error the Request is there, for Refuse and Close.
func (app *App) NewRequest(method, target, host string, header http.Header) (*Request, error) {
	request := &Request{}
	runtime.SetFinalizer(request, (*Request).Close)
	cMethod, err := text(method)
	if err != nil {
		return request, err
	}
	cTarget, err := text(target)
	if err != nil {
		return request, err
	}
	var failure *C.st_error
	defer runtime.KeepAlive(app)
	if err := result(C.st_request_new(app.handle, cMethod, cTarget, &request.handle, &failure), failure); err != nil {
		return request, err
	}
	return request, request.addHeaders(host, header)
}

func (request *Request) addHeaders(host string, header http.Header) error {
	block := make([]byte, 0, 1024)
	hasNUL := strings.IndexByte(host, 0) >= 0
	if host != "" {
		block = append(append(block, "Host\x00"...), host...)
		block = append(block, 0)
	}
	for _, name := range headerNames {
		for _, value := range header.Values(name) {
			block = append(append(block, name...), 0)
			block = append(append(block, value...), 0)
			hasNUL = hasNUL || strings.IndexByte(value, 0) >= 0
		}
	}
	if hasNUL {
		return &Error{InvalidArgument, "invalid_text", "a header must not contain a NUL", 400, "", ""}
	}
	var failure *C.st_error
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_add_headers(handle, lent(block), C.size_t(len(block)), &failure)
	})
}

// call is the way to all functions that can fail.
func (request *Request) call(failure **C.st_error, function func(*C.st_request) C.st_status) error {
	request.lock.Lock()
	defer request.lock.Unlock()
	return result(function(request.handle), *failure)
}

// ask is the way to all functions that cannot fail.
func ask[Value any](request *Request, function func(*C.st_request) Value) Value {
	request.lock.Lock()
	defer request.lock.Unlock()
	return function(request.handle)
}

func (request *Request) setLate() {
	request.lock.Lock()
	defer request.lock.Unlock()
	request.isLate = true
}

// early refuses what changes the response once it has begun.
func (request *Request) early() error {
	request.lock.Lock()
	defer request.lock.Unlock()
	if request.isLate && request.handle != nil {
		return &Error{InvalidArgument, "out_of_sequence", "this call comes too late: the response has begun", 500, "", ""}
	}
	return nil
}

// WantsBody says whether Begin needs the request's body.
func (request *Request) WantsBody() bool {
	return ask(request, func(handle *C.st_request) bool { return C.st_request_wants_body(handle) == 1 })
}

// SetBody passes the body, before Begin.
func (request *Request) SetBody(body []byte) error {
	var failure *C.st_error
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_set_body(handle, lent(body), C.size_t(len(body)), &failure)
	})
}

// SetClientAddress names the browser's IP address for the log, before Begin.
func (request *Request) SetClientAddress(address string) error {
	cAddress, err := optionalText(address)
	if err != nil {
		return err
	}
	var failure *C.st_error
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_set_client_address(handle, cAddress, &failure)
	})
}

// AddRoute names the path that the program routes by, decoded, before Begin, which then judges by it.
func (request *Request) AddRoute(path string) error {
	var failure *C.st_error
	given := []byte(path)
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_add_route(handle, lent(given), C.size_t(len(given)), &failure)
	})
}

// Begin reads the session. False means that the library has answered: send its response. May wait for the network.
func (request *Request) Begin() (proceed bool, err error) {
	var action C.st_action = C.ST_RESPOND
	var failure *C.st_error
	err = request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_begin(handle, &action, &failure)
	})
	return err == nil && action == C.ST_PROCEED, err
}

// User is who sent this request; nobody after the handler has returned.
func (request *Request) User() User {
	request.lock.Lock()
	defer request.lock.Unlock()
	var address *C.char
	var length C.size_t
	if C.st_request_user_json(request.handle, &address, &length, nil) != C.ST_OK {
		return User{}
	}
	return newUser(C.GoBytes(unsafe.Pointer(address), C.int(length)))
}

// IsFresh says whether the provider authenticated the user at most this long ago. If not, a Login with MaxAge has the
// user authenticate again, and comes back to this page.
func (request *Request) IsFresh(age time.Duration) bool {
	return ask(request, func(handle *C.st_request) bool {
		return C.st_request_is_fresh(handle, C.int64_t(age/time.Second)) == 1
	})
}

// AccessToken gives an access token to call an API with, refreshed if it would expire soon. Requires expose_tokens.
func (request *Request) AccessToken() (AccessToken, error) {
	if err := request.early(); err != nil {
		return AccessToken{}, err
	}
	var action C.st_action
	var failure *C.st_error
	var found AccessToken
	err := request.call(&failure, func(handle *C.st_request) C.st_status {
		var token, scope *C.char
		var expiry C.int64_t
		status := C.st_request_access_token(handle, &action, &token, &expiry, &scope, &failure)
		if status == C.ST_OK {
			found = AccessToken{token: C.GoString(token), Scope: C.GoString(scope)}
			if expiry != 0 {
				found.ExpiresAt = time.Unix(int64(expiry), 0)
			}
		}
		return status
	})
	return found, err
}

// Refresh reads the user's claims anew from the provider; User has them afterwards.
func (request *Request) Refresh() error {
	if err := request.early(); err != nil {
		return err
	}
	var action C.st_action
	var failure *C.st_error
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_refresh(handle, &action, &failure)
	})
}

// Close frees the library's memory of the request. Calling it again does nothing.
func (request *Request) Close() {
	runtime.SetFinalizer(request, nil)
	request.lock.Lock()
	defer request.lock.Unlock()
	C.st_request_free(request.handle)
	request.handle = nil
}
