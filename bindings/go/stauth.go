// Package stauth signs users in with any OpenID provider: Streamlit's st.login, st.logout and st.user for net/http.
//
//	auth := stauth.MustNew(stauth.Config{})                      // settings from secrets.toml
//	http.ListenAndServe("localhost:8501", auth.Handler(mux))     // adds the login's own paths
//
// In the handlers of mux:
//
//	stauth.UserOf(r)                      who sent this request?
//	stauth.Login(r, "google")             send this user to that provider
//	stauth.Logout(r)                      end the session
//
// It is a thin layer over libstauth.so.0: all pages, checks and log lines are the library's.
package stauth

/*
#cgo pkg-config: stauth
#include <stauth.h>
*/
import "C"

import (
	"encoding/json"
	"os"
	"runtime"
	"sort"
	"sync"
	"unsafe"
)

// DefaultSecrets is the file that Streamlit reads.
const DefaultSecrets = ".streamlit/secrets.toml"

// The most that st_user_from_cookie() needs without a session store.
const longestUser = 64 * 1024

// Buffers for UserFromCookie: making one takes longer than opening the cookie.
var buffers = sync.Pool{New: func() any { return new([longestUser]byte) }}

// Config says where an App gets its settings from.
type Config struct {
	// File is a secrets.toml. If File, TOML and Settings are all empty, it is $STAUTH_SECRETS, otherwise DefaultSecrets.
	File string
	// TOML is the text of a secrets.toml instead.
	TOML string
	// Settings are single keys that replace those of File or TOML: {"auth.port": "8501"}.
	Settings map[string]string
	// Log receives the library's events, lines of logfmt. Nil writes warnings and errors to the standard logger, or
	// what $STAUTH_LOG asks for: "info", "warning" or "error".
	Log func(level Level, line string)
	// Transport sends requests to providers in place of the library's own client. It must obey what the Exchange
	// carries, and not follow redirects.
	Transport func(Exchange) (Reply, error)
}

// App is a relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. Any
// number of goroutines may use it.
type App struct {
	handle *C.st_app
	// Whether the settings require a login for the pages of the site.
	isGated bool
}

// New checks the settings. Its error lists every problem.
func New(config Config) (*App, error) {
	if err := checkVersion(); err != nil {
		return nil, err
	}
	var builder *C.st_config
	var failure *C.st_error
	if err := result(C.st_config_new(&builder, &failure), failure); err != nil {
		return nil, err
	}
	defer C.st_config_free(builder)
	for _, step := range []func(*C.st_config) error{config.load, config.apply, config.connect} {
		if err := step(builder); err != nil {
			return nil, err
		}
	}
	app := &App{}
	if err := result(C.st_app_new(builder, &app.handle, &failure), failure); err != nil {
		return nil, err
	}
	app.isGated = C.st_app_requires_login(app.handle) == 1
	runtime.SetFinalizer(app, (*App).Close)
	return app, nil
}

// MustNew is New for programs that cannot go on without: it panics with the error.
func MustNew(config Config) *App {
	app, err := New(config)
	if err != nil {
		panic(err)
	}
	return app
}

func (config Config) load(builder *C.st_config) error {
	file := config.File
	if file == "" && config.TOML == "" && len(config.Settings) == 0 {
		if file = os.Getenv("STAUTH_SECRETS"); file == "" {
			file = DefaultSecrets
		}
	}
	var failure *C.st_error
	if file != "" {
		path, err := text(file)
		if err != nil {
			return err
		}
		if err := result(C.st_config_load_file(builder, path, &failure), failure); err != nil {
			return err
		}
	}
	if config.TOML == "" {
		return nil
	}
	toml := []byte(config.TOML)
	return result(C.st_config_load_toml(builder, lent(toml), C.size_t(len(toml)), &failure), failure)
}

func (config Config) apply(builder *C.st_config) error {
	keys := make([]string, 0, len(config.Settings))
	for key := range config.Settings {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		name, err := text(key)
		if err != nil {
			return err
		}
		value, err := text(config.Settings[key])
		if err != nil {
			return err
		}
		var failure *C.st_error
		if err := result(C.st_config_set(builder, name, value, &failure), failure); err != nil {
			return err
		}
	}
	return nil
}

// Preload fetches metadata and keys of all providers, so that the first login need not.
func (app *App) Preload() error {
	var failure *C.st_error
	defer runtime.KeepAlive(app)
	return result(C.st_app_preload(app.handle, &failure), failure)
}

// Sessions are those to end: of a user, Subject; of a session at the provider, SessionID; or All. Provider, its name in the
// settings, or Issuer says whose they are.
type Sessions struct {
	Subject   string `json:"sub,omitempty"`
	SessionID string `json:"sid,omitempty"`
	All       bool   `json:"all,omitempty"`
	Provider  string `json:"provider,omitempty"`
	Issuer    string `json:"iss,omitempty"`
}

// EndSessions ends sessions from now on, in every copy of their cookies.
func (app *App) EndSessions(sessions Sessions) error {
	selector, err := json.Marshal(sessions)
	if err != nil {
		return err
	}
	value, err := text(string(selector))
	if err != nil {
		return err
	}
	var failure *C.st_error
	defer runtime.KeepAlive(app)
	return result(C.st_app_end_sessions(app.handle, value, &failure), failure)
}

// LoginPath is the path that begins a login, for links: "/auth/login", optionally with a query,
// "?provider=NAME&return_to=/page". Empty if the App is closed.
func (app *App) LoginPath() string {
	defer runtime.KeepAlive(app)
	return C.GoString(C.st_app_login_path(app.handle))
}

// LogoutPath is the path that ends the session by POST, and asks first by GET: "/auth/logout". Empty if the App is
// closed.
func (app *App) LogoutPath() string {
	defer runtime.KeepAlive(app)
	return C.GoString(C.st_app_logout_path(app.handle))
}

// CallbackPaths are the paths to which providers send users back, for programs that route by path.
func (app *App) CallbackPaths() []string {
	defer runtime.KeepAlive(app)
	var found []string
	for {
		path := C.st_app_callback_path(app.handle, C.size_t(len(found)))
		if path == nil {
			return found
		}
		found = append(found, C.GoString(path))
	}
}

// UserFromCookie says who sent this Cookie header, without a request: no network, no lock.
func (app *App) UserFromCookie(cookie string) (User, error) {
	buffer := buffers.Get().(*[longestUser]byte)
	defer buffers.Put(buffer)
	var length C.size_t
	var failure *C.st_error
	defer runtime.KeepAlive(app)
	given := []byte(cookie)
	status := C.st_user_from_cookie(app.handle, lent(given), C.size_t(len(given)),
		(*C.char)(unsafe.Pointer(&buffer[0])), longestUser, &length, &failure)
	err := result(status, failure)
	if err == nil {
		return newUser(append([]byte(nil), buffer[:length]...)), nil
	}
	if length <= longestUser {
		return User{}, err
	}
	json, err := written(func(buffer *C.char, capacity C.size_t, length *C.size_t, failure **C.st_error) C.st_status {
		return C.st_user_from_cookie(app.handle, lent(given), C.size_t(len(given)), buffer, capacity, length, failure)
	})
	if err != nil {
		return User{}, err
	}
	return newUser(json), nil
}

// StatsJSON has the numbers for monitoring, of this process: events by name, provider and error code, and how long
// requests to each provider took. docs/monitoring.md describes them.
func (app *App) StatsJSON() ([]byte, error) {
	return written(func(buffer *C.char, capacity C.size_t, length *C.size_t, failure **C.st_error) C.st_status {
		defer runtime.KeepAlive(app)
		return C.st_app_stats_json(app.handle, buffer, capacity, length, failure)
	})
}

// StatsPrometheus has the same numbers as text for Prometheus, of the type "text/plain; version=0.0.4".
func (app *App) StatsPrometheus() ([]byte, error) {
	return written(func(buffer *C.char, capacity C.size_t, length *C.size_t, failure **C.st_error) C.st_status {
		defer runtime.KeepAlive(app)
		return C.st_app_stats_prometheus(app.handle, buffer, capacity, length, failure)
	})
}

// written is the text that a function writes to a buffer, however long it is.
func written(write func(*C.char, C.size_t, *C.size_t, **C.st_error) C.st_status) ([]byte, error) {
	buffer := make([]byte, 16*1024)
	for {
		var length C.size_t
		var failure *C.st_error
		status := write((*C.char)(unsafe.Pointer(&buffer[0])), C.size_t(len(buffer)), &length, &failure)
		err := result(status, failure)
		if err == nil {
			return buffer[:length], nil
		}
		if int(length) <= len(buffer) {
			return nil, err
		}
		buffer = make([]byte, 2*int(length)) // it may grow meanwhile
	}
}

// Close frees the application as soon as its requests are done. A forgotten App is closed by the garbage collector.
func (app *App) Close() {
	runtime.SetFinalizer(app, nil)
	C.st_app_free(app.handle)
}
