// gorilla/securecookie: the user's JSON out of a Cookie header, decrypted (AES-256) and authenticated (HMAC-SHA256), not
// parsed. Arguments and output are those of the C programs (benchmarks/c/bench.h).
package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/gorilla/securecookie"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func main() {
	turns, err := strconv.Atoi(os.Args[2])
	must(err)
	iterations, err := strconv.Atoi(os.Args[3])
	must(err)
	user, err := os.ReadFile(filepath.Join(os.Args[1], "user.json"))
	must(err)
	codec := securecookie.New(bytes.Repeat([]byte{7}, 64), bytes.Repeat([]byte{9}, 32))
	codec.SetSerializer(securecookie.NopEncoder{})
	encoded, err := codec.Encode("session", append([]byte{}, user...)) // which it encrypts in its place
	must(err)
	request := http.Request{Header: http.Header{"Cookie": {"session=" + encoded}}}
	check := func() {
		cookie, err := request.Cookie("session")
		must(err)
		var opened []byte
		must(codec.Decode("session", cookie.Value, &opened))
		if !bytes.Equal(opened, user) {
			must(fmt.Errorf("another user came out"))
		}
	}
	check()
	for turn := 0; turn < turns; turn++ {
		cpu, wall := cpuSeconds(), time.Now()
		for i := 0; i < iterations; i++ {
			check()
		}
		taken := time.Since(wall).Seconds()
		fmt.Printf("{\"name\": \"gorilla/securecookie\", \"iterations\": %d, \"seconds\": %.9f, \"wall\": %.9f}\n",
			iterations, cpuSeconds()-cpu, taken)
	}
	fmt.Printf("{\"name\": \"cookie bytes, gorilla/securecookie\", \"value\": %d}\n", len("session=")+len(encoded))
}
