package stauth_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"stauth"
	"stauth/stauthtest"
)

func begin(t *testing.T, auth *stauthtest.App, claims stauthtest.Claims) *stauth.Request {
	t.Helper()
	header := http.Header{"Accept": {"text/html"}, "Sec-Fetch-Site": {"same-origin"}}
	if claims != nil {
		header.Set("Cookie", cookieHeader(auth.SignIn(claims)))
	}
	request, err := auth.NewRequest("GET", "/page", "localhost:8501", header)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(request.Close)
	if proceed, err := request.Begin(); !proceed || err != nil {
		t.Fatal(proceed, err)
	}
	return request
}

func TestNULInRequest(t *testing.T) {
	auth := stauthtest.New(t)
	cookie := http.Header{"Cookie": {"a=b\x00c"}}
	for _, given := range []struct {
		method, target, host string
		header               http.Header
	}{{"G\x00T", "/", "x", nil}, {"GET", "/\x00", "x", nil}, {"GET", "/", "x\x00", nil}, {"GET", "/", "x", cookie}} {
		request, err := auth.NewRequest(given.method, given.target, given.host, given.header)
		failure(t, err, stauth.InvalidArgument, "invalid_text")
		request.Close()
	}
	request := begin(t, auth, nil)
	failure(t, request.Login("a\x00b"), stauth.InvalidArgument, "invalid_text")
	failure(t, request.Login("", stauth.LoginOptions{LoginHint: "a\x00b"}), stauth.InvalidArgument, "invalid_text")
	failure(t, request.Refuse("a\x00b"), stauth.InvalidArgument, "invalid_text")
	failure(t, request.SetClientAddress("1\x00"), stauth.InvalidArgument, "invalid_text")
	if request.Status() != 0 {
		t.Fatal(request.Status())
	}
}

func TestTextThatIsNotUTF8(t *testing.T) {
	auth := stauthtest.New(t)
	failure(t, begin(t, auth, nil).Login("\xff"), stauth.InvalidArgument, "invalid_text")
}

func TestHugeInput(t *testing.T) {
	auth := stauthtest.New(t)
	huge := strings.Repeat("x", 70_000)
	for _, name := range []string{"Cookie", "Referer", "Accept"} {
		request, err := auth.NewRequest("GET", "/", "localhost", http.Header{name: {huge}})
		failure(t, err, stauth.LimitExceeded, "too_large")
		if proceed, err := request.Begin(); proceed || err == nil {
			t.Fatal("begins without a header that it had")
		}
		request.Close()
	}
	request, err := auth.NewRequest("GET", "/"+huge, "localhost", nil)
	failure(t, err, stauth.LimitExceeded, "too_large")
	request.Close()
	failure(t, begin(t, auth, nil).Login(huge), stauth.LimitExceeded, "too_large")
	request, err = auth.NewRequest("POST", "/auth/login", "localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer request.Close()
	failure(t, request.SetBody([]byte(huge)), stauth.LimitExceeded, "too_large")
}

func TestRequestAfterItsEnd(t *testing.T) {
	request := begin(t, stauthtest.New(t), ada)
	request.Close()
	request.Close()
	_, err := request.Begin()
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	failure(t, request.Login(""), stauth.InvalidArgument, "invalid_handle")
	failure(t, request.Logout(), stauth.InvalidArgument, "invalid_handle")
	failure(t, request.Refresh(), stauth.InvalidArgument, "invalid_handle")
	_, err = request.AccessToken()
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	_, err = request.RequireLogin()
	failure(t, err, stauth.InvalidArgument, "invalid_handle")
	if request.User().IsLoggedIn || request.Status() != -1 || request.Body() != nil || request.IsFresh(time.Hour) {
		t.Fatal(request.User(), request.Status())
	}
	if request.Failure() != nil || request.WantsBody() {
		t.Fatal(request.Failure())
	}
	request.AddTo(http.Header{})
}

func TestCallsOutOfOrder(t *testing.T) {
	auth := stauthtest.New(t)
	request, err := auth.NewRequest("GET", "/", "localhost", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer request.Close()
	failure(t, request.Login(""), stauth.InvalidArgument, "out_of_sequence")
	if request.User().IsLoggedIn {
		t.Fatal(request.User())
	}
}

// A request that one goroutine, and thread, begins and others finish, and close.
func TestRequestOfManyGoroutines(t *testing.T) {
	auth := stauthtest.New(t)
	for i := 0; i < 50; i++ {
		request := begin(t, auth, ada)
		var group sync.WaitGroup
		for j := 0; j < 4; j++ {
			group.Add(1)
			go func() {
				defer group.Done()
				request.User()
				request.Login("")
				request.AddTo(http.Header{})
				request.Body()
				request.Close()
			}()
		}
		group.Wait()
		if request.Status() != -1 {
			t.Fatal(request.Status())
		}
	}
}

func TestOptionsOfALogin(t *testing.T) {
	auth := stauthtest.New(t)
	options := stauth.LoginOptions{
		LoginHint: "ada@example.org", Prompt: "login", ACRValues: "mfa", MaxAge: 5 * time.Minute, UILocales: "de",
	}
	location := locationOf(t, begin(t, auth, nil), options)
	for _, part := range []string{
		"login_hint=ada%40example.org", "prompt=login", "acr_values=mfa", "max_age=300", "ui_locales=de",
	} {
		if !strings.Contains(location, part) {
			t.Errorf("%s is not in %s", part, location)
		}
	}
	if now := locationOf(t, begin(t, auth, nil), stauth.LoginOptions{MaxAge: 1}); !strings.Contains(now, "max_age=0") {
		t.Error(now)
	}
	if plain := locationOf(t, begin(t, auth, nil)); strings.Contains(plain, "max_age") {
		t.Error(plain)
	}
}

func locationOf(t *testing.T, request *stauth.Request, options ...stauth.LoginOptions) string {
	t.Helper()
	if err := request.Login("", options...); err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	request.AddTo(header)
	return header.Get("Location")
}

// None of the options is left for another login.
func TestOptionThatIsRefused(t *testing.T) {
	request := begin(t, stauthtest.New(t), nil)
	options := stauth.LoginOptions{LoginHint: "ada", MaxAge: -time.Hour}
	failure(t, request.Login("", options), stauth.InvalidArgument, "option_invalid")
	options = stauth.LoginOptions{LoginHint: "ada", UILocales: "\x00"}
	failure(t, request.Login("", options), stauth.InvalidArgument, "invalid_text")
	if location := locationOf(t, request); strings.Contains(location, "login_hint") {
		t.Fatal(location)
	}
}

func TestFreshness(t *testing.T) {
	auth := stauthtest.New(t)
	request := begin(t, auth, stauthtest.Claims{"auth_time": time.Now().Unix() - 100})
	if request.IsFresh(50*time.Second) || !request.IsFresh(1000*time.Second) {
		t.Fatal("not 100 seconds old")
	}
}

func TestAccessTokenAndRefresh(t *testing.T) {
	auth := stauthtest.New(t, map[string]string{"auth.expose_tokens": "access"})
	request := begin(t, auth, ada)
	token, err := request.AccessToken()
	if err != nil || token.Secret() == "" || time.Until(token.ExpiresAt) < 50*time.Minute {
		t.Fatal(token.ExpiresAt, err)
	}
	if text := strings.TrimSpace(token.String() + token.GoString()); strings.Contains(text, token.Secret()) {
		t.Fatal("the token is printed")
	}
	if err := request.Refresh(); err != nil || !request.User().IsLoggedIn {
		t.Fatal(err)
	}
	_, err = begin(t, auth, nil).AccessToken()
	if found, ok := err.(*stauth.Error); !ok || found.Code != "not_signed_in" {
		t.Fatal(err)
	}
}

func TestLogoutHere(t *testing.T) {
	request := begin(t, stauthtest.New(t), ada)
	if err := request.LogoutHere(); err != nil || request.User().IsLoggedIn || request.Status() != 303 {
		t.Fatal(err, request.Status())
	}
}
