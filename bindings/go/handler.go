package stauth

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
)

type contextKey struct{}

// handler answers the library's own paths, and lends a Request to the program's handlers.
type handler struct {
	app  *App
	gate *gate
	next http.Handler
}

// Handler adds the login's own paths to a program, and UserOf, Login and Logout to its handlers. Wrap the whole program,
// outside of anything that changes the path.
func (app *App) Handler(next http.Handler) http.Handler {
	return &handler{app, nil, next}
}

// GatedHandler is a Handler that only signed-in users pass, but for the open paths: "/health" is that path alone,
// "/static/" that folder and all below it. With require_login in the settings, Handler is gated already.
func (app *App) GatedHandler(next http.Handler, openPaths ...string) (http.Handler, error) {
	gate, err := newGate(openPaths)
	if err != nil {
		return nil, err
	}
	return &handler{app, gate, next}, nil
}

// RequireLogin is for a handler whose pages are for signed-in users, inside of a Handler.
func RequireLogin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := FromContext(r.Context())
		if err != nil {
			Fail(w, r, err)
			return
		}
		allowed, err := request.RequireLogin()
		if err != nil {
			Fail(w, r, err)
		} else if allowed {
			next.ServeHTTP(w, r)
		}
	})
}

// FromContext is the Request of a context. Its error has the status NoRequest outside of a Handler.
func FromContext(ctx context.Context) (*Request, error) {
	if request, ok := ctx.Value(contextKey{}).(*Request); ok {
		return request, nil
	}
	return nil, &Error{NoRequest, "no_request_bound", "this code runs outside of a stauth Handler", 500, "", ""}
}

// UserOf is who sent this request. Call it before the response begins, which then says that it depends on the user. It
// is nobody outside of a Handler, and after it has returned.
func UserOf(r *http.Request) User {
	if request, err := FromContext(r.Context()); err == nil {
		return request.User()
	}
	return User{}
}

// Login makes the response a redirect to this provider, in place of anything that the handler writes. After an error,
// Fail has the page for the visitor.
func Login(r *http.Request, provider string, options ...LoginOptions) error {
	request, err := FromContext(r.Context())
	if err != nil {
		return err
	}
	return request.Login(provider, options...)
}

// Logout ends the session and makes the response a redirect, in place of anything that the handler writes.
func Logout(r *http.Request) error {
	request, err := FromContext(r.Context())
	if err != nil {
		return err
	}
	return request.Logout()
}

// Fail answers with the library's page for an error of this package, and logs its text, which is for developers. Other
// errors become the page of "internal_error". It does nothing if the response has begun.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	code := "internal_error"
	var known *Error
	if errors.As(err, &known) {
		code = known.Code
	}
	log.Print(err)
	request, outside := FromContext(r.Context())
	if outside != nil || request.Refuse(code) != nil {
		http.Error(w, code, http.StatusInternalServerError)
	}
}

func (handler *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := handler.app.NewRequest(r.Method, target(r), r.Host, r.Header)
	defer request.Close()
	page := newPage(w, request)
	r = r.WithContext(context.WithValue(r.Context(), contextKey{}, request))
	proceed := false
	if err == nil {
		proceed, err = handler.begin(request, r)
	}
	if err != nil {
		if request.Status() < 0 { // not even made: its page is that of another
			request, _ = handler.app.NewRequest(http.MethodGet, "/", "", nil)
			defer request.Close()
			page.request = request
			r = r.WithContext(context.WithValue(r.Context(), contextKey{}, request))
		}
		Fail(page, r, err)
	} else if proceed {
		handler.next.ServeHTTP(page, r)
	}
	page.begin()
}

// begin says whether the program makes the page.
func (handler *handler) begin(request *Request, r *http.Request) (bool, error) {
	if err := request.SetClientAddress(clientAddress(r.RemoteAddr)); err != nil {
		return false, err
	}
	if request.WantsBody() && r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, LongestBody+1))
		if err != nil {
			return false, &Error{InvalidArgument, "request_incomplete", "the body did not arrive", 400, "", ""}
		}
		if err := request.SetBody(body); err != nil {
			return false, err
		}
	}
	if handler.app.isGated {
		if err := request.AddRoute(r.URL.Path); err != nil {
			return false, err
		}
	}
	proceed, err := request.Begin()
	if proceed && handler.gate != nil {
		return handler.gate.lets(request, r.URL.Path)
	}
	return proceed, err
}

// target is path and query as the browser sent them.
func target(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI() // in absolute form, or made by a program
}

func clientAddress(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	address, _, _ := strings.Cut(host, "%")
	return address
}
