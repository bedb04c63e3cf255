package stauth

/*
#include <stauth.h>
*/
import "C"

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// LoginOptions are what one login asks for; docs/configuration.md explains them.
type LoginOptions struct {
	// ReturnTo is the path where the user returns to; empty for this page.
	ReturnTo string
	// LoginHint is a user name or e-mail address for the provider to suggest.
	LoginHint string
	// Prompt is "login" to sign in again, "select_account", "consent" or "none".
	Prompt    string
	ACRValues string
	// MaxAge is how long ago the user may have authenticated, which is enforced; zero for any time. The library gets
	// whole seconds: anything below one means now.
	MaxAge    time.Duration
	UILocales string
}

func (options LoginOptions) settings() [][2]string {
	maxAge := ""
	if options.MaxAge != 0 {
		maxAge = strconv.FormatInt(int64(options.MaxAge/time.Second), 10)
	}
	return [][2]string{
		{"return_to", options.ReturnTo}, {"login_hint", options.LoginHint}, {"prompt", options.Prompt},
		{"acr_values", options.ACRValues}, {"max_age", maxAge}, {"ui_locales", options.UILocales},
	}
}

// Login makes the response a redirect to this provider; "" is the default one, or a page where the user chooses. If it
// fails, nothing has changed. May wait for the network.
func (request *Request) Login(provider string, options ...LoginOptions) error {
	name, err := optionalText(provider)
	if err != nil {
		return err
	}
	var settings [][2]string
	for _, each := range options {
		settings = append(settings, each.settings()...)
	}
	return request.with(settings, func(handle *C.st_request, failure **C.st_error) C.st_status {
		return C.st_request_login(handle, name, failure)
	})
}

// Logout ends the session, and makes the response a redirect to the provider's logout, or to the start page. It fails
// unless a page of this site sent the request.
func (request *Request) Logout() error {
	return request.with(nil, func(handle *C.st_request, failure **C.st_error) C.st_status {
		return C.st_request_logout(handle, failure)
	})
}

// LogoutHere is Logout, but the session at the provider stays.
func (request *Request) LogoutHere() error {
	here := [][2]string{{"logout", "local"}}
	return request.with(here, func(handle *C.st_request, failure **C.st_error) C.st_status {
		return C.st_request_logout(handle, failure)
	})
}

// with sets options for a call, which uses them up. If one is refused, it removes the others.
func (request *Request) with(settings [][2]string, function func(*C.st_request, **C.st_error) C.st_status) error {
	if err := request.early(); err != nil {
		return err
	}
	var failure *C.st_error
	var wrong error
	err := request.call(&failure, func(handle *C.st_request) C.st_status {
		for _, setting := range settings {
			var value *C.char
			key, _ := text(setting[0])
			if value, wrong = optionalText(setting[1]); wrong != nil {
				return request.forget(settings, C.ST_OK)
			}
			if status := C.st_request_set(handle, key, value, &failure); status != C.ST_OK {
				return request.forget(settings, status)
			}
		}
		return function(handle, &failure)
	})
	if wrong != nil {
		return wrong
	}
	return err
}

func (request *Request) forget(settings [][2]string, status C.st_status) C.st_status {
	for _, setting := range settings {
		key, _ := text(setting[0])
		C.st_request_set(request.handle, key, nil, nil)
	}
	return status
}

// RequireLogin says whether this user may see a page that is for signed-in users. If not, or if it fails, the handler
// must return: the response is a redirect to the login, or 401 if the request could not follow one. May wait for the
// network.
func (request *Request) RequireLogin() (allowed bool, err error) {
	return request.requireLogin(nil, nil, 0)
}

func (request *Request) requireLogin(gate *C.st_gate, path *C.char, length C.size_t) (bool, error) {
	if err := request.early(); err != nil {
		return false, err
	}
	var action C.st_action = C.ST_RESPOND
	var failure *C.st_error
	err := request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_require_login(handle, gate, path, length, &action, &failure)
	})
	return err == nil && action == C.ST_PROCEED, err
}

// Refuse makes the response the library's error page for a code.
func (request *Request) Refuse(code string) error {
	name, err := text(code)
	if err != nil {
		return err
	}
	var failure *C.st_error
	return request.call(&failure, func(handle *C.st_request) C.st_status {
		return C.st_request_refuse(handle, name, &failure)
	})
}

// Failure is why this request's login was refused; nil if it was not.
func (request *Request) Failure() *Error {
	return ask(request, func(handle *C.st_request) *Error {
		failure := C.st_request_error(handle)
		if failure == nil {
			return nil
		}
		return read(failure, Status(C.st_error_status(failure)))
	})
}

// Status is the status of the library's response; 0 if the program's page is the response; -1 after Close.
func (request *Request) Status() int {
	return ask(request, func(handle *C.st_request) int { return int(C.st_request_response_status(handle)) })
}

// AddTo adds the library's headers to those of the response, the library's or the program's.
func (request *Request) AddTo(header http.Header) {
	request.lock.Lock()
	defer request.lock.Unlock()
	var address *C.char
	var length C.size_t
	if C.st_request_response_headers(request.handle, &address, &length, nil) != C.ST_OK {
		return
	}
	block := string(unsafe.Slice((*byte)(unsafe.Pointer(address)), int(length)))
	for block != "" {
		var name, value string
		name, block, _ = strings.Cut(block, "\x00")
		value, block, _ = strings.Cut(block, "\x00")
		header.Add(name, value)
	}
}

// Body is the body of the library's response.
func (request *Request) Body() []byte {
	request.lock.Lock()
	defer request.lock.Unlock()
	var address *C.char
	var length C.size_t
	if C.st_request_response_body(request.handle, &address, &length, nil) != C.ST_OK {
		return nil
	}
	return C.GoBytes(unsafe.Pointer(address), C.int(length))
}
