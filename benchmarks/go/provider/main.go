// A scripted provider on loopback: provider INPUTS [tls]. Prints its origin, and ends when its input does. It signs
// everybody in as the user of the inputs, and remembers nothing: the code is the nonce. With `tls` it is at https.
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

const accessToken = "SlAV32hkKG.benchmark"

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	text, err := os.ReadFile(filepath.Join(os.Args[1], name))
	must(err)
	return text
}

func readKey() *ecdsa.PrivateKey {
	block, _ := pem.Decode(read("key.ES256"))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	must(err)
	return key.(*ecdsa.PrivateKey)
}

func encoded(value interface{}) string {
	text, err := json.Marshal(value)
	must(err)
	return base64.RawURLEncoding.EncodeToString(text)
}

type provider struct {
	origin   string
	key      *ecdsa.PrivateKey
	claims   map[string]interface{}
	requests int64
}

func (p *provider) idToken(clientID, nonce string) string {
	claims := map[string]interface{}{}
	for name, value := range p.claims {
		claims[name] = value
	}
	now := time.Now().Unix()
	claims["iss"], claims["aud"], claims["nonce"], claims["iat"], claims["exp"] = p.origin, clientID, nonce, now, now+3600
	signed := encoded(map[string]string{"alg": "ES256", "kid": "ES256", "typ": "JWT"}) + "." + encoded(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, digest[:])
	must(err)
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (p *provider) metadata() map[string]interface{} {
	return map[string]interface{}{
		"issuer":                                p.origin,
		"authorization_endpoint":                p.origin + "/authorize",
		"token_endpoint":                        p.origin + "/token",
		"jwks_uri":                              p.origin + "/jwks",
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
		"code_challenge_methods_supported":      []string{"S256"},
	}
}

func (p *provider) authorize(response http.ResponseWriter, request *http.Request) {
	asked := request.URL.Query()
	answer := url.Values{"code": {asked.Get("nonce")}, "state": {asked.Get("state")}}
	http.Redirect(response, request, asked.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (p *provider) token(response http.ResponseWriter, request *http.Request) {
	clientID, _, _ := request.BasicAuth()
	must(json.NewEncoder(response).Encode(map[string]interface{}{
		"access_token": accessToken, "token_type": "Bearer", "expires_in": 3600,
		"id_token": p.idToken(clientID, request.PostFormValue("code")),
	}))
}

func (p *provider) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.URL.Path == "/requests" { // the only thing that is not of a provider
		fmt.Fprint(response, atomic.LoadInt64(&p.requests))
		return
	}
	if request.URL.Path == "/authorize" { // the browser's, not the relying party's
		p.authorize(response, request)
		return
	}
	atomic.AddInt64(&p.requests, 1)
	response.Header().Set("Content-Type", "application/json")
	response.Header().Set("Cache-Control", "max-age=86400")
	switch request.URL.Path {
	case "/.well-known/openid-configuration":
		must(json.NewEncoder(response).Encode(p.metadata()))
	case "/jwks":
		_, err := response.Write(read("jwks.json"))
		must(err)
	case "/token":
		p.token(response, request)
	default:
		http.NotFound(response, request)
	}
}

func main() {
	p := provider{key: readKey()}
	must(json.Unmarshal(read("claims.ES256.json"), &p.claims))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	address := listener.Addr().String()
	scheme := "http"
	if len(os.Args) > 2 {
		scheme = "https"
		certificate, err := tls.LoadX509KeyPair(filepath.Join(os.Args[1], "server.pem"), filepath.Join(os.Args[1], "server.key"))
		must(err)
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}})
	}
	p.origin = scheme + "://" + address
	fmt.Println(p.origin)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		must(err)
		os.Exit(0)
	}()
	must(http.Serve(listener, &p))
}
