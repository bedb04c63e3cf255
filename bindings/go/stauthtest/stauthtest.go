// Package stauthtest signs users in without a provider, for the tests of a program.
//
//	auth := stauthtest.New(t)
//	handler := newSite(auth.App)                                      // your program, with this App
//	handler.ServeHTTP(w, auth.Request("GET", "/report", stauthtest.Claims{"email": "ada@example.org"}))
//
// Each App has its own new secret, and a provider inside of the process: no other App accepts its cookies. The login is
// still complete, with every check.
package stauthtest

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"stauth"
)

// RedirectURI is where the invented provider sends users back to.
const RedirectURI = "http://localhost:8501/oauth2callback"

// Claims are what the provider says about a user. "sub" is "user" unless they say otherwise.
type Claims map[string]any

// App is an App at whose provider everybody can sign in.
type App struct {
	*stauth.App
	t        testing.TB
	provider *provider
}

// New makes an App that lives as long as the test. Settings are more keys: {"auth.session_lifetime": "1h"}.
func New(t testing.TB, settings ...map[string]string) *App {
	t.Helper()
	provider := &provider{secret: random(), claims: map[string]Claims{}}
	keys := map[string]string{
		"auth.redirect_uri":                 RedirectURI,
		"auth.cookie_secret":                random(),
		"auth.client_id":                    clientID,
		"auth.client_secret":                provider.secret,
		"auth.server_metadata_url":          issuer + metadataPath,
		"auth.id_token_signed_response_alg": "HS256",
	}
	for _, more := range settings {
		for key, value := range more {
			keys[key] = value
		}
	}
	log := func(level stauth.Level, line string) { t.Log(line) }
	app, err := stauth.New(stauth.Config{Settings: keys, Transport: provider.answer, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Close)
	return &App{app, t, provider}
}

// SignIn signs a user in with these claims, and returns the cookies of the session.
func (app *App) SignIn(claims Claims) []*http.Cookie {
	app.t.Helper()
	start := app.answer(app.LoginPath(), nil)
	location, err := url.Parse(start.Header.Get("Location"))
	if err != nil || location.RawQuery == "" {
		app.t.Fatalf("the login did not start: status %d", start.StatusCode)
	}
	query := location.Query()
	code := app.provider.authorize(query.Get("nonce"), claims)
	answer := url.Values{"code": {code}, "state": {query.Get("state")}, "iss": {issuer}}
	end := app.answer("/oauth2callback?"+answer.Encode(), start.Cookies())
	if end.StatusCode >= http.StatusBadRequest {
		app.t.Fatalf("the login was refused: status %d", end.StatusCode)
	}
	var kept []*http.Cookie
	for _, cookie := range end.Cookies() {
		if cookie.MaxAge >= 0 {
			kept = append(kept, cookie)
		}
	}
	return kept
}

// Request is a browser's request for a page, from a user with these claims; nil for somebody who is not signed in.
func (app *App) Request(method, target string, claims Claims) *http.Request {
	app.t.Helper()
	request := httptest.NewRequest(method, target, nil)
	request.Host = strings.Split(RedirectURI, "/")[2]
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if claims != nil {
		for _, cookie := range app.SignIn(claims) {
			request.AddCookie(cookie)
		}
	}
	return request
}

func (app *App) answer(target string, cookies []*http.Cookie) *http.Response {
	request := httptest.NewRequest(http.MethodGet, target, nil)
	request.Host = strings.Split(RedirectURI, "/")[2]
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	recorder := httptest.NewRecorder()
	app.Handler(http.NotFoundHandler()).ServeHTTP(recorder, request)
	return recorder.Result()
}

func random() string {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		panic(err)
	}
	return hex.EncodeToString(secret)
}
