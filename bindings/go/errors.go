package stauth

/*
#include <stauth.h>
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Status is the category of an Error. It is an error itself, for errors.Is(err, stauth.NetworkError).
type Status int32

const (
	InvalidArgument     Status = C.ST_INVALID_ARGUMENT     // the caller's mistake: a closed handle, text that is not UTF-8
	ConfigurationError  Status = C.ST_CONFIGURATION_ERROR  // the settings must change; the message lists all problems
	NetworkError        Status = C.ST_NETWORK_ERROR        // the provider was not reached, or not in time
	ProviderError       Status = C.ST_PROVIDER_ERROR       // the provider answered with an error, or broke the protocol
	AuthorizationDenied Status = C.ST_AUTHORIZATION_DENIED // the user, the provider or an authorization rule said no
	TokenInvalid        Status = C.ST_TOKEN_INVALID        // the ID token failed a check
	LoginInvalid        Status = C.ST_LOGIN_INVALID        // the callback matches no login of this browser
	RequestRefused      Status = C.ST_REQUEST_REFUSED      // a request that is refused, such as a cross-site logout
	LimitExceeded       Status = C.ST_LIMIT_EXCEEDED       // something is too large; the message names it and its limit
	NoRequest           Status = C.ST_NO_REQUEST           // the code runs outside a Handler of this package
	CryptographyError   Status = C.ST_CRYPTOGRAPHY_ERROR   // OpenSSL failed
	InternalError       Status = C.ST_INTERNAL_ERROR       // a defect of the library; please report it
)

// Error returns the name of the category, such as "ST_NETWORK_ERROR".
func (status Status) Error() string {
	return C.GoString(C.st_status_name(C.st_status(status)))
}

// Error is why a call failed. The message is for developers and never contains a secret.
type Error struct {
	Status Status
	// Code is a stable word for programs and for support, such as "state_mismatch"; docs/errors.md lists them.
	Code    string
	Message string
	// HTTPStatus is a suggestion for the response, 400 to 599.
	HTTPStatus int
	// ProviderCode and ProviderDescription are what the provider sent, such as "access_denied". It can write anything
	// there: for logs and operators, never for a page or a decision.
	ProviderCode, ProviderDescription string
}

func (err *Error) Error() string {
	return fmt.Sprintf("stauth: %s: %s", err.Code, err.Message)
}

// Is compares the category, for errors.Is(err, stauth.NetworkError).
func (err *Error) Is(target error) bool {
	status, ok := target.(Status)
	return ok && status == err.Status
}

// result turns the outcome of a call into an error, and frees the library's.
func result(status C.st_status, failure *C.st_error) error {
	if status == C.ST_OK {
		return nil
	}
	defer C.st_error_free(failure)
	return read(failure, Status(status))
}

// read copies an st_error.
func read(failure *C.st_error, status Status) *Error {
	return &Error{
		Status:              status,
		Code:                C.GoString(C.st_error_code(failure)),
		Message:             C.GoString(C.st_error_message(failure)),
		HTTPStatus:          int(C.st_error_http_status(failure)),
		ProviderCode:        C.GoString(C.st_error_provider_code(failure)),
		ProviderDescription: C.GoString(C.st_error_provider_description(failure)),
	}
}

// text is a Go string as C text, which lives as long as the result does.
func text(value string) (*C.char, error) {
	if strings.IndexByte(value, 0) >= 0 {
		return nil, &Error{InvalidArgument, "invalid_text", "text must not contain a NUL", 400, "", ""}
	}
	return lent(append([]byte(value), 0)), nil
}

// optionalText is the same, but NULL for the empty string.
func optionalText(value string) (*C.char, error) {
	if value == "" {
		return nil, nil
	}
	return text(value)
}

// lent are bytes that C may read during a call. Not NULL, which is an error in some places, even if there are none.
func lent(value []byte) *C.char {
	if len(value) == 0 {
		value = []byte{0}
	}
	return (*C.char)(unsafe.Pointer(&value[0]))
}

// checkVersion makes sure that the loaded library has the interface of the header that this package was compiled with.
func checkVersion() error {
	loaded, compiled := uint32(C.st_version_number()), uint32(C.ST_VERSION_NUMBER)
	if loaded/100 == compiled/100 {
		return nil
	}
	message := fmt.Sprintf("libstauth.so.0 is version %d, and %d is needed", loaded, compiled)
	return &Error{ConfigurationError, "library_not_found", message, 500, "", ""}
}
