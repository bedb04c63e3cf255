package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stauth/stauthtest"
)

var ada = stauthtest.Claims{"sub": "ada", "email": "ada@example.org", "name": "Ada <3"}

func visit(t *testing.T, auth *stauthtest.App, method, target string, user stauthtest.Claims) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	site(auth.App).ServeHTTP(recorder, auth.Request(method, target, user))
	return recorder
}

func TestPage(t *testing.T) {
	auth := stauthtest.New(t)
	anonymous := visit(t, auth, "GET", "/any/page", nil)
	if anonymous.Code != 200 || !strings.Contains(anonymous.Body.String(), `href="/auth/login"`) {
		t.Fatal(anonymous.Code, anonymous.Body)
	}
	page := visit(t, auth, "GET", "/any/page", ada).Body.String()
	for _, expected := range []string{"ada@example.org", "Hello, Ada &lt;3", "you are ada", `action="/auth/logout"`} {
		if !strings.Contains(page, expected) {
			t.Errorf("%q is not in %s", expected, page)
		}
	}
}

func TestUserJSON(t *testing.T) {
	auth := stauthtest.New(t)
	answer := visit(t, auth, "GET", "/user.json", ada)
	if !strings.Contains(answer.Body.String(), `"email":"ada@example.org"`) {
		t.Fatal(answer.Body)
	}
	if vary := answer.Header().Get("Vary"); vary != "Cookie" {
		t.Fatal(vary)
	}
}

func TestMembers(t *testing.T) {
	auth := stauthtest.New(t)
	if answer := visit(t, auth, "GET", "/members", ada); answer.Body.String() != "Welcome, Ada <3" {
		t.Fatal(answer.Body)
	}
	nameless := stauthtest.Claims{"sub": "x"}
	if answer := visit(t, auth, "GET", "/members", nameless); answer.Body.String() != "Welcome, member" {
		t.Fatal(answer.Body)
	}
	answer := visit(t, auth, "GET", "/members", nil)
	if answer.Code != 302 || !strings.HasPrefix(answer.Header().Get("Location"), "https://provider.test/authorize?") {
		t.Fatal(answer.Code, answer.Header())
	}
}

func TestLogin(t *testing.T) {
	auth := stauthtest.New(t)
	answer := visit(t, auth, "GET", "/login", nil)
	if answer.Code != 302 || !strings.HasPrefix(answer.Header().Get("Location"), "https://provider.test/authorize?") {
		t.Fatal(answer.Code, answer.Header())
	}
	unknown := visit(t, auth, "GET", "/login?provider=nobody", nil)
	if unknown.Code != 404 || !strings.Contains(unknown.Body.String(), "provider_unknown") {
		t.Fatal(unknown.Code, unknown.Body)
	}
}

func TestLogout(t *testing.T) {
	auth := stauthtest.New(t)
	answer := visit(t, auth, "POST", "/logout", ada)
	if answer.Code != 303 || !strings.Contains(answer.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Fatal(answer.Code, answer.Header())
	}
	request := auth.Request("POST", "/logout", ada)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	refused := httptest.NewRecorder()
	site(auth.App).ServeHTTP(refused, request)
	if refused.Code != http.StatusForbidden {
		t.Fatal(refused.Code, refused.Body)
	}
}
