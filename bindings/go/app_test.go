package stauth_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"stauth"
	"stauth/stauthtest"
)

var ada = stauthtest.Claims{"sub": "ada", "email": "ada@example.org", "n": 7}

func cookieHeader(cookies []*http.Cookie) string {
	var pairs []string
	for _, cookie := range cookies {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(pairs, "; ")
}

// failure is the library's error, with the category and code that are expected.
func failure(t *testing.T, err error, status stauth.Status, code string) *stauth.Error {
	t.Helper()
	var found *stauth.Error
	if !errors.As(err, &found) || !errors.Is(err, status) || found.Code != code {
		t.Fatalf("expected %v %s, got %v", status, code, err)
	}
	return found
}

func TestConfigurationErrorListsAllProblems(t *testing.T) {
	_, err := stauth.New(stauth.Config{TOML: "[auth]\nredirect_uri = 'x'\nclient_idd = 'y'\n"})
	found := failure(t, err, stauth.ConfigurationError, "configuration_invalid")
	if !strings.Contains(found.Message, "redirect_uri") || !strings.Contains(found.Message, "client_idd") {
		t.Fatal(found.Message)
	}
	if errors.Is(err, stauth.NetworkError) || found.HTTPStatus != 500 {
		t.Fatal(found)
	}
}

func TestMustNewPanicsWithTheError(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		if !errors.Is(err, stauth.ConfigurationError) {
			t.Fatal(err)
		}
	}()
	stauth.MustNew(stauth.Config{TOML: "[auth]"})
}

func TestFileOfTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secrets.toml")
	t.Setenv("STAUTH_SECRETS", file)
	if _, err := stauth.New(stauth.Config{}); !errors.Is(err, stauth.ConfigurationError) {
		t.Fatal(err)
	}
	text := "[auth]\nredirect_uri = 'http://localhost:1/in'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n" +
		"client_id = 'x'\nclient_secret = 'y'\nserver_metadata_url = 'http://localhost:2/.well-known/openid-configuration'\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	app, err := stauth.New(stauth.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if paths := app.CallbackPaths(); len(paths) != 1 || paths[0] != "/in" {
		t.Fatal(paths)
	}
	if app.LoginPath() != "/auth/login" || app.LogoutPath() != "/auth/logout" {
		t.Fatal(app.LoginPath(), app.LogoutPath())
	}
}

func TestNULInSettings(t *testing.T) {
	for _, config := range []stauth.Config{
		{File: "a\x00b"}, {Settings: map[string]string{"auth.\x00": "x"}},
		{Settings: map[string]string{"auth.client_id": "a\x00b"}},
	} {
		_, err := stauth.New(config)
		failure(t, err, stauth.InvalidArgument, "invalid_text")
	}
	if _, err := stauth.New(stauth.Config{TOML: "[auth]\x00"}); !errors.Is(err, stauth.ConfigurationError) {
		t.Fatal(err)
	}
}

func TestEndSessions(t *testing.T) {
	auth := stauthtest.New(t)
	cookie := cookieHeader(auth.SignIn(ada))
	failure(t, auth.EndSessions(stauth.Sessions{Subject: "ada"}), stauth.InvalidArgument, "option_invalid")
	if err := auth.EndSessions(stauth.Sessions{All: true}); err != nil {
		t.Fatal(err)
	}
	if user, err := auth.UserFromCookie(cookie); err != nil || user.IsLoggedIn {
		t.Fatal(user, err)
	}
}

func TestUserWhoNeedsMoreThanACookieHolds(t *testing.T) {
	auth := stauthtest.New(t, map[string]string{"auth.session_store": "memory"})
	cookie := cookieHeader(auth.SignIn(stauthtest.Claims{"note": strings.Repeat("x", 100_000)}))
	user, err := auth.UserFromCookie(cookie)
	if err != nil || len(user.Claim("note")) != 100_000 {
		t.Fatal(len(user.Claim("note")), err)
	}
}

func TestUserFromCookie(t *testing.T) {
	auth := stauthtest.New(t)
	user, err := auth.UserFromCookie(cookieHeader(auth.SignIn(ada)))
	if err != nil || !user.IsLoggedIn || user.Claim("email") != "ada@example.org" || user.Claim("n") != "" {
		t.Fatal(user.Claims(), err)
	}
	if user.Claims()["n"] != 7.0 || user.Claims()["provider"] != "default" {
		t.Fatal(user.Claims())
	}
	for _, cookie := range []string{"", "a=b", "stauth_session=\x00\xff"} {
		user, err := auth.UserFromCookie(cookie)
		if err != nil || user.IsLoggedIn || user.Claim("email") != "" {
			t.Fatal(cookie, user, err)
		}
	}
	_, err = auth.UserFromCookie(strings.Repeat("x", 70_000))
	failure(t, err, stauth.LimitExceeded, "too_large")
}

func TestStats(t *testing.T) {
	auth := stauthtest.New(t)
	auth.SignIn(ada)
	text, err := auth.StatsJSON()
	if err != nil || !strings.Contains(string(text), `{"event":"login_succeeded","provider":"default","count":1}`) {
		t.Fatal(string(text), err)
	}
	text, err = auth.StatsPrometheus()
	line := `stauth_events_total{event="login_succeeded",provider="default",code=""} 1` + "\n"
	if err != nil || !strings.Contains(string(text), line) {
		t.Fatal(string(text), err)
	}
}

func TestStatsOfManyProviders(t *testing.T) {
	toml := "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n"
	for number := 0; number < 60; number++ {
		toml += fmt.Sprintf("[auth.p%d]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"+
			"server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n", number)
	}
	app, err := stauth.New(stauth.Config{TOML: toml})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	text, err := app.StatsPrometheus()
	if err != nil || strings.Count(string(text), "_count{") != 60 {
		t.Fatal(len(text), err)
	}
}

func TestUserIsNotPrinted(t *testing.T) {
	auth := stauthtest.New(t)
	user, _ := auth.UserFromCookie(cookieHeader(auth.SignIn(ada)))
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, user); text != "<User signed in>" {
			t.Errorf("%s: %s", format, text)
		}
		if text := fmt.Sprintf(format, stauth.User{}); text != "<User nobody>" {
			t.Errorf("%s: %s", format, text)
		}
	}
}

func TestClosedApp(t *testing.T) {
	auth := stauthtest.New(t)
	cookie := cookieHeader(auth.SignIn(ada))
	auth.Close()
	auth.Close()
	_, err := auth.UserFromCookie(cookie)
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	request, err := auth.NewRequest("GET", "/", "localhost", nil)
	defer request.Close()
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	_, err = auth.StatsJSON()
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	if auth.LoginPath() != "" || auth.CallbackPaths() != nil {
		t.Fatal(auth.LoginPath())
	}
}

// The library calls the release function once the App, its last request and the builder are gone.
func TestFunctionsAreReleased(t *testing.T) {
	released := make(chan string, 2)
	func() {
		kept := [2]*[1024]byte{new([1024]byte), new([1024]byte)}
		runtime.SetFinalizer(kept[0], func(*[1024]byte) { released <- "log" })
		runtime.SetFinalizer(kept[1], func(*[1024]byte) { released <- "transport" })
		log, transport := kept[0], kept[1]
		app, err := stauth.New(stauth.Config{
			Settings: settings(),
			Log:      func(stauth.Level, string) { log[0]++ },
			Transport: func(stauth.Exchange) (stauth.Reply, error) {
				transport[0]++
				return stauth.Reply{}, errors.New("down")
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		app.Preload()
		app.Close()
	}()
	deadline := time.After(20 * time.Second)
	for found := 0; found < 2; {
		runtime.GC()
		select {
		case <-released:
			found++
		case <-deadline:
			t.Fatal("still kept")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func settings() map[string]string {
	return map[string]string{
		"auth.redirect_uri": stauthtest.RedirectURI, "auth.cookie_secret": "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
		"auth.client_id": "x", "auth.client_secret": "y", "auth.server_metadata_url": "https://provider.test/.well-known/openid-configuration",
	}
}

func TestFunctionsThatPanic(t *testing.T) {
	app, err := stauth.New(stauth.Config{
		Settings:  settings(),
		Log:       func(stauth.Level, string) { panic("log") },
		Transport: func(stauth.Exchange) (stauth.Reply, error) { panic("transport") },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if err := app.Preload(); !errors.Is(err, stauth.NetworkError) {
		t.Fatal(err)
	}
	request, err := app.NewRequest("GET", "/oauth2callback?code=x&state=y", "localhost:8501", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer request.Close()
	if proceed, err := request.Begin(); proceed || err != nil || request.Failure().Code != "state_mismatch" {
		t.Fatal(proceed, err, request.Failure())
	}
}

func TestReplyThatIsRefused(t *testing.T) {
	replies := []stauth.Reply{
		{Status: 200, Header: http.Header{"Content-Type": {"a\x00b"}}}, {Status: -1}, {Status: 200, Body: make([]byte, 2<<20)},
	}
	for _, reply := range replies {
		app, err := stauth.New(stauth.Config{
			Settings:  settings(),
			Transport: func(stauth.Exchange) (stauth.Reply, error) { return reply, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		var found *stauth.Error
		if err := app.Preload(); !errors.As(err, &found) {
			t.Fatal(err)
		}
		app.Close()
	}
}

func TestExchange(t *testing.T) {
	var seen stauth.Exchange
	keys := settings()
	keys["auth.timeout"], keys["auth.http_proxy"] = "7s", "http://127.0.0.1:3128"
	app, err := stauth.New(stauth.Config{Settings: keys, Transport: func(exchange stauth.Exchange) (stauth.Reply, error) {
		seen = exchange
		return stauth.Reply{}, errors.New("down")
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	app.Preload()
	if seen.Method != "GET" || seen.URL != "https://provider.test/.well-known/openid-configuration" || seen.Header.Get("Accept") == "" {
		t.Fatal(seen)
	}
	if seen.Timeout != 7*time.Second || seen.ConnectTimeout <= 0 || seen.Proxy != "http://127.0.0.1:3128" {
		t.Fatal(seen.Timeout, seen.ConnectTimeout, seen.Proxy)
	}
	if seen.AllowsLoopback || len(seen.Body) != 0 || seen.CAFile != "" {
		t.Fatal(seen.AllowsLoopback, seen.CAFile)
	}
}
