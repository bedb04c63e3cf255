// golang.org/x/oauth2: the code's exchange for tokens at a provider over TLS. One more argument: the provider's origin.
// The file of authorities is in SSL_CERT_FILE.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/oauth2"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cpu() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	total := time.Duration(syscall.TimevalToNsec(usage.Utime) + syscall.TimevalToNsec(usage.Stime))
	return total.Seconds()
}

func main() {
	turns, err := strconv.Atoi(os.Args[2])
	must(err)
	iterations, err := strconv.Atoi(os.Args[3])
	must(err)
	client := oauth2.Config{
		ClientID: "benchmark", ClientSecret: "secret", RedirectURL: "https://app.example/oauth2callback",
		Endpoint: oauth2.Endpoint{TokenURL: os.Args[4] + "/token", AuthStyle: oauth2.AuthStyleInHeader},
	}
	exchange := func() {
		token, err := client.Exchange(context.Background(), "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS",
			oauth2.SetAuthURLParam("code_verifier", "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS"))
		must(err)
		if token.Extra("id_token") == nil {
			os.Exit(1)
		}
	}
	exchange()
	for turn := 0; turn < turns; turn++ {
		before, begun := cpu(), time.Now()
		for i := 0; i < iterations; i++ {
			exchange()
		}
		fmt.Printf("{\"name\": \"token request over TLS, Go's oauth2\", \"iterations\": %d, \"seconds\": %.9f, \"wall\": %.9f}\n",
			iterations, cpu()-before, time.Since(begun).Seconds())
	}
}
