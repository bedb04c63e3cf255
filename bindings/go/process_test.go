package stauth_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"

	"stauth"
	"stauth/stauthtest"
)

// As a process of its own: ends while goroutines are in the library.
func TestMain(m *testing.M) {
	switch os.Getenv("STAUTH_TEST_PROCESS") {
	case "exit":
		endWhileRequestsRun()
	default:
		os.Exit(m.Run())
	}
}

func endWhileRequestsRun() {
	app := stauth.MustNew(stauth.Config{Settings: settings(), Log: func(stauth.Level, string) {}})
	handler := app.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { stauth.UserOf(r) }))
	running := make(chan bool)
	for i := 0; i < 8; i++ {
		go func() {
			for {
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/auth/login?provider=x", nil))
				select {
				case running <- true:
				default:
				}
			}
		}()
	}
	<-running
	os.Exit(0)
}

func TestProcessThatEndsWhileRequestsRun(t *testing.T) {
	for i := 0; i < 5; i++ {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), "STAUTH_TEST_PROCESS=exit")
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
}

// Go forks only to start programs.
func TestProgramsStartedWhileRequestsRun(t *testing.T) {
	auth := stauthtest.New(t)
	end, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		for {
			auth.SignIn(ada)
			select {
			case <-end:
				return
			default:
			}
		}
	}()
	for i := 0; i < 20; i++ {
		if err := exec.Command("true").Run(); err != nil {
			t.Error(err)
		}
	}
	close(end)
	<-done
}

// Many goroutines with different users: each is who it is.
func TestManyUsersAtOnce(t *testing.T) {
	auth := stauthtest.New(t)
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(stauth.UserOf(r).Claim("sub")))
	}))
	var group sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		name := name
		group.Add(1)
		go func() {
			defer group.Done()
			request := auth.Request("GET", "/", stauthtest.Claims{"sub": name})
			for i := 0; i < 200; i++ {
				recorder := httptest.NewRecorder()
				handler.ServeHTTP(recorder, request)
				if recorder.Body.String() != name {
					t.Errorf("%s is taken for %s", name, recorder.Body)
					return
				}
			}
		}()
	}
	group.Wait()
}
