// go-oidc: an ID token validated, with the provider's keys in its cache, and the nonce and at_hash, which it leaves to
// its caller. Arguments and output are those of the C programs (benchmarks/c/bench.h).
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	oidc "github.com/coreos/go-oidc"
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
	inputs, algorithm := os.Args[1], os.Args[4]
	turns, err := strconv.Atoi(os.Args[2])
	must(err)
	iterations, err := strconv.Atoi(os.Args[3])
	must(err)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(inputs, name))
		must(err)
		return strings.TrimSpace(string(text))
	}
	keys := read("jwks.json")
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Cache-Control", "max-age=86400")
		fmt.Fprint(response, keys)
	}))
	defer server.Close()

	token, nonce := read("id_token."+algorithm), read("nonce")
	keySet := oidc.NewRemoteKeySet(context.Background(), server.URL)
	config := oidc.Config{ClientID: "benchmark", SupportedSigningAlgs: []string{algorithm}}
	verifier := oidc.NewVerifier("https://provider.example", keySet, &config)
	validate := func() {
		validated, err := verifier.Verify(context.Background(), token)
		must(err)
		if validated.Nonce != nonce {
			must(fmt.Errorf("the nonce is %q", validated.Nonce))
		}
		if algorithm != "EdDSA" { // whose at_hash it does not know
			must(validated.VerifyAccessToken("SlAV32hkKG.benchmark"))
		}
	}
	validate()
	for turn := 0; turn < turns; turn++ {
		cpu, wall := cpuSeconds(), time.Now()
		for i := 0; i < iterations; i++ {
			validate()
		}
		taken := time.Since(wall).Seconds()
		fmt.Printf("{\"name\": \"go-oidc, %s\", \"iterations\": %d, \"seconds\": %.9f, \"wall\": %.9f}\n",
			algorithm, iterations, cpuSeconds()-cpu, taken)
	}
}
