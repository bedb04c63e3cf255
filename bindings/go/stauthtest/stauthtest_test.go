package stauthtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"stauth"
	"stauth/stauthtest"
)

var ada = stauthtest.Claims{"email": "ada@example.org"}

// The example of the package's documentation.
func TestRequest(t *testing.T) {
	auth := stauthtest.New(t)
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, stauth.UserOf(r).Claim("email")+" "+stauth.UserOf(r).Claim("sub"))
	}))
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, auth.Request("GET", "/report", ada))
	if recorder.Body.String() != "ada@example.org user" {
		t.Fatal(recorder.Body)
	}
	recorder = httptest.NewRecorder()
	handler.ServeHTTP(recorder, auth.Request("GET", "/report", nil))
	if recorder.Body.String() != " " {
		t.Fatal(recorder.Body)
	}
}

func TestCookiesOfAnotherApp(t *testing.T) {
	auth, other := stauthtest.New(t), stauthtest.New(t)
	request := httptest.NewRequest("GET", "/", nil)
	for _, cookie := range auth.SignIn(ada) {
		request.AddCookie(cookie)
	}
	if user, err := auth.UserFromCookie(request.Header.Get("Cookie")); err != nil || !user.IsLoggedIn {
		t.Fatal(user, err)
	}
	if user, err := other.UserFromCookie(request.Header.Get("Cookie")); err != nil || user.IsLoggedIn {
		t.Fatal(user, err)
	}
}

func TestSettings(t *testing.T) {
	auth := stauthtest.New(t, map[string]string{"auth.cookie_prefix": "mine"})
	if cookies := auth.SignIn(nil); len(cookies) != 1 || cookies[0].Name != "mine_session" {
		t.Fatal(cookies)
	}
}
