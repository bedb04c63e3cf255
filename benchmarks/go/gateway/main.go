// A gateway of Go programs' usual parts: go-oidc, x/oauth2, gorilla/securecookie and httputil.ReverseProxy. It does what
// stauth serve does for a signed-in user, and logs one in. Arguments: port, issuer, client, secret, the app's address.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	oidc "github.com/coreos/go-oidc"
	"github.com/gorilla/securecookie"
	"golang.org/x/oauth2"
)

type session struct {
	Subject, Email string
	Groups         []string
	Expiry         int64
}

var codec = securecookie.New(bytes.Repeat([]byte{7}, 64), bytes.Repeat([]byte{9}, 32))

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func setCookie(response http.ResponseWriter, name string, value interface{}) {
	encoded, err := codec.Encode(name, value)
	must(err)
	http.SetCookie(response, &http.Cookie{Name: name, Value: encoded, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func signedIn(request *http.Request) *session {
	cookie, err := request.Cookie("session")
	if err != nil {
		return nil
	}
	var found session
	if codec.Decode("session", cookie.Value, &found) != nil || found.Expiry < time.Now().Unix() {
		return nil
	}
	return &found
}

func identify(header http.Header, user *session) {
	header.Set("X-Forwarded-User", user.Subject)
	header.Set("X-Forwarded-Email", user.Email)
	groups, _ := json.Marshal(user.Groups)
	header.Set("X-Forwarded-Groups", string(groups))
}

func main() {
	codec.SetSerializer(securecookie.JSONEncoder{})
	port, issuer, client, secret, app := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	provider, err := oidc.NewProvider(context.Background(), issuer)
	must(err)
	verifier := provider.Verifier(&oidc.Config{ClientID: client})
	config := oauth2.Config{
		ClientID: client, ClientSecret: secret, Endpoint: provider.Endpoint(),
		RedirectURL: "http://127.0.0.1:" + port + "/oauth2callback", Scopes: []string{"openid", "profile", "email"},
	}
	target, err := url.Parse("http://" + app)
	must(err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 256}

	http.HandleFunc("/auth/verify", func(response http.ResponseWriter, request *http.Request) {
		user := signedIn(request)
		if user == nil {
			response.WriteHeader(401)
			return
		}
		identify(response.Header(), user)
	})
	http.HandleFunc("/oauth2callback", func(response http.ResponseWriter, request *http.Request) {
		var state, nonce, codeVerifier string
		for name, value := range map[string]*string{"state": &state, "nonce": &nonce, "verifier": &codeVerifier} {
			cookie, err := request.Cookie(name)
			if err != nil || codec.Decode(name, cookie.Value, value) != nil {
				http.Error(response, name, 400)
				return
			}
		}
		if state != request.FormValue("state") {
			http.Error(response, "state", 400)
			return
		}
		tokens, err := config.Exchange(request.Context(), request.FormValue("code"), oauth2.SetAuthURLParam("code_verifier", codeVerifier))
		must(err)
		token, err := verifier.Verify(request.Context(), tokens.Extra("id_token").(string))
		if err != nil || token.Nonce != nonce {
			http.Error(response, "token", 400)
			return
		}
		user := session{Subject: token.Subject, Expiry: time.Now().Add(time.Hour).Unix()}
		must(token.Claims(&user))
		setCookie(response, "session", user)
		http.Redirect(response, request, "/", 302)
	})
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		user := signedIn(request)
		if user == nil {
			values := map[string]string{}
			for _, name := range []string{"state", "nonce", "verifier"} {
				values[name] = fmt.Sprintf("%x", securecookie.GenerateRandomKey(32))
				setCookie(response, name, values[name])
			}
			hash := sha256.Sum256([]byte(values["verifier"]))
			challenge := base64.RawURLEncoding.EncodeToString(hash[:])
			http.Redirect(response, request, config.AuthCodeURL(values["state"], oidc.Nonce(values["nonce"]),
				oauth2.SetAuthURLParam("code_challenge", challenge),
				oauth2.SetAuthURLParam("code_challenge_method", "S256")), 302)
			return
		}
		identify(request.Header, user)
		proxy.ServeHTTP(response, request)
	})
	must(http.ListenAndServe("127.0.0.1:"+port, nil))
}
