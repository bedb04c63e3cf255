// A site with a login on net/http. Start: STAUTH_SECRETS=secrets.toml PORT=8501 go run .
package main

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"log"
	"net"
	"net/http"
	"os"

	"stauth"
)

//go:embed page.html
var source string
var pageTemplate = template.Must(template.New("page").Parse(source))

// site is a switch rather than an http.ServeMux, which would redirect paths such as "/a//b".
func site(auth *stauth.App) http.Handler {
	members := stauth.RequireLogin(http.HandlerFunc(showMembers))
	return auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/user.json":
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(stauth.UserOf(r))
		case r.URL.Path == "/members":
			members.ServeHTTP(w, r)
		case r.URL.Path == "/login":
			if err := stauth.Login(r, r.URL.Query().Get("provider")); err != nil {
				stauth.Fail(w, r, err)
			}
		case r.URL.Path == "/logout" && r.Method == http.MethodPost:
			if err := stauth.Logout(r); err != nil {
				stauth.Fail(w, r, err)
			}
		default:
			showPage(w, r, auth)
		}
	}))
}

func showPage(w http.ResponseWriter, r *http.Request, auth *stauth.App) {
	user := stauth.UserOf(r) // before the page begins, which then says that it depends on the user
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	data := map[string]any{"User": user, "LoginPath": auth.LoginPath(), "LogoutPath": auth.LogoutPath()}
	if err := pageTemplate.Execute(w, data); err != nil {
		log.Print(err)
	}
}

func showMembers(w http.ResponseWriter, r *http.Request) {
	name := stauth.UserOf(r).Claim("name")
	if name == "" {
		name = "member"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("Welcome, " + name))
}

func main() {
	auth := stauth.MustNew(stauth.Config{})
	listener, err := net.Listen("tcp", "localhost:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("http://", listener.Addr())
	log.Fatal(http.Serve(listener, site(auth)))
}
