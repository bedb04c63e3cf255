// The figures of c.c, from Go.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"os"
	"strconv"
	"syscall"
	"time"

	"stauth"
)

func must(holds bool) {
	if !holds {
		panic("a figure of something that failed")
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(os.Args[1] + "/" + name)
	must(err == nil)
	return content
}

func cpu() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage) == nil)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	turns, _ := strconv.Atoi(os.Args[2])
	iterations, _ := strconv.Atoi(os.Args[3])
	app, err := stauth.New(stauth.Config{TOML: string(read("secrets"))})
	must(err == nil)
	cookie := string(read("cookie"))
	lines := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(read("headers"), '\n'))))
	parsed, err := lines.ReadMIMEHeader()
	must(err == nil)
	header := http.Header(parsed)
	host := header.Get("Host")

	cases := []struct {
		name string
		call func()
	}{
		{"request, Go", func() {
			request, err := app.NewRequest("GET", "/report?id=3", host, header)
			must(err == nil && request.SetClientAddress("192.0.2.7") == nil)
			proceed, err := request.Begin()
			must(err == nil && proceed)
			must(request.User().IsLoggedIn)
			added := http.Header{}
			request.AddTo(added)
			must(request.Status() == 0 && len(added) > 0)
			request.Close()
		}},
		{"cookie, Go", func() {
			user, err := app.UserFromCookie(cookie)
			must(err == nil && user.IsLoggedIn)
		}},
		{"20 foreign calls, Go", func() {
			for i := 0; i < 20; i++ {
				must(foreignCall() > 0)
			}
		}},
	}
	if len(os.Args) > 4 {
		cases = cases[:1]
	}
	for turn := -1; turn < turns; turn++ {
		for _, each := range cases {
			used, begun := cpu(), time.Now()
			for i := 0; i < iterations; i++ {
				each.call()
			}
			spent := time.Since(begun)
			used = cpu() - used
			if turn >= 0 {
				fmt.Printf("{\"name\": %q, \"iterations\": %d, \"seconds\": %.9f, \"wall\": %.9f}\n",
					each.name, iterations, used.Seconds(), spent.Seconds())
			}
		}
	}
}
