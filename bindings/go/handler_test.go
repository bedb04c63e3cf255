package stauth_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"stauth"
	"stauth/stauthtest"
)

func serve(handler http.Handler, request *http.Request) *http.Response {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func text(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var page = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "the page") })

func TestCodeOutsideOfAHandler(t *testing.T) {
	request := httptest.NewRequest("GET", "/", nil)
	failure(t, stauth.Login(request, ""), stauth.NoRequest, "no_request_bound")
	failure(t, stauth.Logout(request), stauth.NoRequest, "no_request_bound")
	if _, err := stauth.FromContext(context.Background()); !errors.Is(err, stauth.NoRequest) {
		t.Fatal(err)
	}
	if stauth.UserOf(request).IsLoggedIn {
		t.Fatal("signed in")
	}
	if answer := serve(stauth.RequireLogin(page), request); answer.StatusCode != 500 || text(t, answer) == "the page" {
		t.Fatal(answer.StatusCode)
	}
}

// The library's response takes the place of whatever the handler writes, but for the headers of handlers outside.
func TestResponseThatIsReplaced(t *testing.T) {
	auth := stauthtest.New(t)
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := stauth.Login(r, ""); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(201)
		if count, err := fmt.Fprint(w, "the page"); count != 8 || err != nil {
			t.Error(count, err)
		}
		w.(io.ReaderFrom).ReadFrom(strings.NewReader("more"))
		w.(http.Flusher).Flush()
		failure(t, stauth.Login(r, ""), stauth.InvalidArgument, "out_of_sequence")
	}))
	outside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Outside", "kept")
		handler.ServeHTTP(w, r)
	})
	answer := serve(outside, auth.Request("GET", "/", nil))
	if answer.StatusCode != 302 || answer.Header.Get("Content-Encoding") != "" || text(t, answer) != "" {
		t.Fatal(answer.StatusCode, answer.Header)
	}
	if answer.Header.Get("X-Outside") != "kept" || answer.Header.Get("Location") == "" {
		t.Fatal(answer.Header)
	}
}

func TestCallsAfterTheResponseBegan(t *testing.T) {
	auth := stauthtest.New(t)
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "begun")
		err := stauth.Login(r, "")
		failure(t, err, stauth.InvalidArgument, "out_of_sequence")
		failure(t, stauth.Logout(r), stauth.InvalidArgument, "out_of_sequence")
		request, _ := stauth.FromContext(r.Context())
		failure(t, request.Refresh(), stauth.InvalidArgument, "out_of_sequence")
		_, tokenErr := request.AccessToken()
		failure(t, tokenErr, stauth.InvalidArgument, "out_of_sequence")
		stauth.Fail(w, r, err)
	}))
	answer := serve(handler, auth.Request("GET", "/", ada))
	if answer.StatusCode != 200 || text(t, answer) != "begun" {
		t.Fatal(answer.StatusCode)
	}
}

func TestRequestAfterItsHandler(t *testing.T) {
	auth := stauthtest.New(t)
	var kept *http.Request
	serve(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { kept = r })),
		auth.Request("GET", "/", ada))
	if stauth.UserOf(kept).IsLoggedIn {
		t.Fatal("signed in")
	}
	failure(t, stauth.Login(kept, ""), stauth.InvalidArgument, "invalid_handle")
}

func TestHandlerThatPanics(t *testing.T) {
	auth := stauthtest.New(t)
	var kept *http.Request
	server := httptest.NewUnstartedServer(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept = r
		panic(http.ErrAbortHandler)
	})))
	server.Start()
	defer server.Close()
	if _, err := http.Get(server.URL); err == nil {
		t.Fatal("answered")
	}
	failure(t, stauth.Logout(kept), stauth.InvalidArgument, "invalid_handle")
}

func TestGatedHandler(t *testing.T) {
	auth := stauthtest.New(t)
	handler, err := auth.GatedHandler(page, "/health", "/static/")
	if err != nil {
		t.Fatal(err)
	}
	for target, status := range map[string]int{
		"/": 302, "/health": 200, "/health/x": 302, "/static/a.css": 200, "/static/..%2fx": 302, "/static": 302,
	} {
		if answer := serve(handler, auth.Request("GET", target, nil)); answer.StatusCode != status {
			t.Errorf("%s: %d", target, answer.StatusCode)
		}
		if answer := serve(handler, auth.Request("GET", target, ada)); answer.StatusCode != 200 {
			t.Errorf("%s signed in: %d", target, answer.StatusCode)
		}
	}
	script := auth.Request("GET", "/", nil)
	script.Header.Set("Accept", "application/json")
	if answer := serve(handler, script); answer.StatusCode != 401 {
		t.Error(answer.StatusCode)
	}
	for _, path := range []string{"health", "/a/../b", "/\x00", "\xff"} {
		if _, err := auth.GatedHandler(page, path); err == nil {
			t.Errorf("%q is accepted", path)
		}
	}
	if _, err := auth.GatedHandler(page); err != nil {
		t.Error(err)
	}
}

// The path that the program routes by counts, not the target.
func TestGateOfTheSettings(t *testing.T) {
	auth := stauthtest.New(t, map[string]string{"auth.require_login": "true", "auth.open_paths": "/open/"})
	if answer := serve(auth.Handler(page), auth.Request("GET", "/open/x", nil)); answer.StatusCode != 200 {
		t.Fatal(answer.StatusCode)
	}
	moved := http.StripPrefix("/open", auth.Handler(page))
	if answer := serve(moved, auth.Request("GET", "/open/secret", nil)); answer.StatusCode != 302 {
		t.Fatal(answer.StatusCode)
	}
}

func TestMountedProgram(t *testing.T) {
	auth := stauthtest.New(t)
	login := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { stauth.Login(r, "") }))
	answer := serve(http.StripPrefix("/app", login), auth.Request("GET", "/app/page?x=1", nil))
	if answer.StatusCode != 302 || !strings.HasPrefix(answer.Header.Get("Location"), "https://provider.test/") {
		t.Fatal(answer.StatusCode, answer.Header)
	}
}

// A request that a program made has no RequestURI.
func TestRequestOfAProgram(t *testing.T) {
	auth := stauthtest.New(t)
	request, _ := http.NewRequest("GET", "http://localhost:8501/auth/login", nil)
	if answer := serve(auth.Handler(page), request); answer.StatusCode != 302 {
		t.Fatal(answer.StatusCode)
	}
}

func TestFormBody(t *testing.T) {
	auth := stauthtest.New(t)
	send := func(target, body string) *http.Response {
		request := httptest.NewRequest("POST", target, strings.NewReader(body))
		request.Host = "localhost:8501"
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", "http://localhost:8501")
		return serve(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, r.Body)
		})), request)
	}
	answer := send("/auth/login", url.Values{"return_to": {"/x"}}.Encode())
	if answer.StatusCode != 303 || answer.Header.Get("Location") == "" {
		t.Fatal(answer.StatusCode)
	}
	if answer := send("/auth/login", strings.Repeat("x", stauth.LongestBody+1)); answer.StatusCode != 413 {
		t.Fatal(answer.StatusCode)
	}
	if answer := send("/page", "the program's own"); text(t, answer) != "the program's own" {
		t.Fatal("the body is gone")
	}
}

// Errors before the program is reached are the library's pages, whatever is wrong.
func TestRequestThatIsRefused(t *testing.T) {
	auth := stauthtest.New(t)
	huge := strings.Repeat("x", 70_000)
	for name, change := range map[string]func(*http.Request){
		"too_large":    func(r *http.Request) { r.Header.Set("Cookie", huge) },
		"too_large ":   func(r *http.Request) { r.RequestURI = "/" + huge },
		"invalid_text": func(r *http.Request) { r.Header.Set("Accept", "a\x00") },
	} {
		request := auth.Request("GET", "/", nil)
		change(request)
		answer := serve(auth.Handler(page), request)
		body := text(t, answer)
		if answer.StatusCode < 400 || !strings.Contains(body, strings.TrimSpace(name)) || strings.Contains(body, "the page") {
			t.Errorf("%s: %d %s", name, answer.StatusCode, body)
		}
		if answer.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: not the library's page", name)
		}
	}
}

func TestFailOfAnotherError(t *testing.T) {
	auth := stauthtest.New(t)
	answer := serve(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stauth.Fail(w, r, errors.New("a secret of the program"))
	})), auth.Request("GET", "/", nil))
	body := text(t, answer)
	if answer.StatusCode != 500 || strings.Contains(body, "a secret") || !strings.Contains(body, "internal_error") {
		t.Fatal(answer.StatusCode, body)
	}
}

func TestInformationalResponse(t *testing.T) {
	auth := stauthtest.New(t)
	server := httptest.NewServer(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		stauth.UserOf(r)
		fmt.Fprint(w, "<!doctype html>the page")
	})))
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 || answer.Header.Get("Vary") != "Cookie" {
		t.Fatal(answer.StatusCode, answer.Header)
	}
	if kind := answer.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Fatal(kind)
	}
}

func TestStreamAndHijack(t *testing.T) {
	auth := stauthtest.New(t)
	next := make(chan bool)
	server := httptest.NewServer(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			fmt.Fprint(w, "one\n")
			w.(http.Flusher).Flush()
			<-next
			fmt.Fprint(w, "two\n")
			return
		}
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		fmt.Fprint(connection, "HTTP/1.1 101 Switching Protocols\r\n\r\nmine")
	})))
	defer server.Close()
	answer, err := http.Get(server.URL + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(answer.Body)
	if line, _ := reader.ReadString('\n'); line != "one\n" {
		t.Fatal(line)
	}
	next <- true
	if line, _ := reader.ReadString('\n'); line != "two\n" {
		t.Fatal(line)
	}
	connection, err := net.DialTimeout("tcp", server.Listener.Addr().String(), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, "GET /own HTTP/1.1\r\nHost: x\r\n\r\n")
	if raw, _ := io.ReadAll(connection); !strings.HasSuffix(string(raw), "\r\n\r\nmine") {
		t.Fatalf("%q", raw)
	}
}

func TestWriterWithoutHijackAndPush(t *testing.T) {
	auth := stauthtest.New(t)
	serve(auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := w.(http.Hijacker).Hijack(); err != http.ErrNotSupported {
			t.Error(err)
		}
		if err := w.(http.Pusher).Push("/x", nil); err != http.ErrNotSupported {
			t.Error(err)
		}
	})), auth.Request("GET", "/", nil))
}

func TestClientAddressInTheLog(t *testing.T) {
	var lines []string
	app := stauth.MustNew(stauth.Config{
		Settings: settings(), Log: func(level stauth.Level, line string) { lines = append(lines, line) },
	})
	defer app.Close()
	lines = nil
	for _, address := range []string{"192.0.2.1:80", "192.0.2.1", "[2001:db8::1%eth0]:80", "@", ""} {
		request := httptest.NewRequest("GET", "/oauth2callback?code=x&state=y", nil)
		request.RemoteAddr = address
		request.Header.Set("X-Request-Id", "id-7")
		serve(app.Handler(page), request)
	}
	for index, expected := range []string{"=192.0.2.1", "=192.0.2.1", "=2001:db8::1", "=id-7", "=id-7"} {
		if !strings.HasSuffix(lines[index], expected) {
			t.Errorf("%s: %s", expected, lines[index])
		}
	}
}
