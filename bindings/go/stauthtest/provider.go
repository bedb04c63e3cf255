package stauthtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"stauth"
)

const (
	issuer       = "https://provider.test"
	metadataPath = "/.well-known/openid-configuration"
	clientID     = "test"
)

// provider answers the library's requests inside of the process.
type provider struct {
	secret string
	lock   sync.Mutex
	claims map[string]Claims // by code, and then by refresh token
}

// authorize stands in for the user's consent: a code for these claims.
func (provider *provider) authorize(nonce string, claims Claims) string {
	granted := Claims{"sub": "user"}
	for name, value := range claims {
		granted[name] = value
	}
	granted["nonce"], granted["iss"] = nonce, issuer
	code := random()
	provider.keep(code, granted)
	return code
}

func (provider *provider) keep(code string, claims Claims) {
	provider.lock.Lock()
	defer provider.lock.Unlock()
	provider.claims[code] = claims
}

func (provider *provider) take(code string) (Claims, bool) {
	provider.lock.Lock()
	defer provider.lock.Unlock()
	claims, ok := provider.claims[code]
	delete(provider.claims, code)
	return claims, ok
}

func (provider *provider) answer(exchange stauth.Exchange) (stauth.Reply, error) {
	switch strings.TrimPrefix(exchange.URL, issuer) {
	case metadataPath:
		return reply(map[string]any{
			"issuer":                                issuer,
			"authorization_endpoint":                issuer + "/authorize",
			"token_endpoint":                        issuer + "/token",
			"jwks_uri":                              issuer + "/keys",
			"response_types_supported":              []string{"code"},
			"subject_types_supported":               []string{"public"},
			"id_token_signing_alg_values_supported": []string{"HS256"},
			"authorization_response_iss_parameter_supported": true,
		})
	case "/keys": // the ID token is signed with the client's secret
		return reply(map[string]any{"keys": []any{}})
	case "/token":
		return provider.token(exchange.Body)
	}
	return stauth.Reply{}, errors.New("stauthtest: nothing is at " + exchange.URL)
}

func (provider *provider) token(body []byte) (stauth.Reply, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return stauth.Reply{}, err
	}
	claims, ok := provider.take(form.Get("code") + form.Get("refresh_token"))
	if !ok {
		return stauth.Reply{}, errors.New("stauthtest: an unknown code")
	}
	idToken, err := provider.sign(claims)
	if err != nil {
		return stauth.Reply{}, err
	}
	following := random()
	provider.keep(following, claims)
	return reply(map[string]any{
		"access_token": random(), "token_type": "Bearer", "expires_in": 3600,
		"refresh_token": following, "id_token": idToken,
	})
}

// sign makes an ID token.
func (provider *provider) sign(claims Claims) (string, error) {
	now := time.Now().Unix()
	all := Claims{"aud": clientID, "iat": now, "exp": now + 300}
	for name, value := range claims {
		all[name] = value
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	signed := encoded([]byte(`{"alg":"HS256"}`)) + "." + encoded(text)
	signature := hmac.New(sha256.New, []byte(provider.secret))
	signature.Write([]byte(signed))
	return signed + "." + encoded(signature.Sum(nil)), nil
}

func encoded(value []byte) string {
	return base64.RawURLEncoding.EncodeToString(value)
}

func reply(content map[string]any) (stauth.Reply, error) {
	body, err := json.Marshal(content)
	header := http.Header{"Content-Type": {"application/json"}}
	return stauth.Reply{Status: http.StatusOK, Header: header, Body: body}, err
}
