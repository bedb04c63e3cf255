package stauth

import (
	"bytes"
	"encoding/json"
	"time"
)

// The library writes this member first.
var signedIn = []byte(`{"is_logged_in":true`)

// User is who sent a request: the claims of the provider. The zero value is nobody.
type User struct {
	IsLoggedIn bool
	json       []byte
}

func newUser(text []byte) User {
	return User{bytes.HasPrefix(text, signedIn), text}
}

// Claims are all claims, in a new map. "is_logged_in" is always there, and "provider" of a signed-in user.
func (user User) Claims() map[string]any {
	claims := map[string]any{"is_logged_in": false}
	user.Decode(&claims)
	return claims
}

// Claim is a claim that is text, such as "email"; empty if the provider does not send it, or not as text.
func (user User) Claim(name string) string {
	value, _ := user.Claims()[name].(string)
	return value
}

// Decode reads the claims into a struct with json tags. Nobody's are {"is_logged_in":false}.
func (user User) Decode(into any) error {
	return json.Unmarshal(user.JSON(), into)
}

// JSON are the claims as the library writes them.
func (user User) JSON() []byte {
	if user.json == nil {
		return []byte(`{"is_logged_in":false}`)
	}
	return user.json
}

// MarshalJSON is JSON.
func (user User) MarshalJSON() ([]byte, error) {
	return user.JSON(), nil
}

// String does not show claims: they are personal data, and this text ends up in logs.
func (user User) String() string {
	if user.IsLoggedIn {
		return "<User signed in>"
	}
	return "<User nobody>"
}

// GoString is String, for %#v.
func (user User) GoString() string {
	return user.String()
}

// AccessToken is a token to call an API with.
type AccessToken struct {
	token string
	// ExpiresAt is zero if the provider does not say.
	ExpiresAt time.Time
	// Scope is what the token is for, separated by spaces.
	Scope string
}

// Secret is the token itself, for an Authorization header: "Bearer " + token.Secret().
func (token AccessToken) Secret() string {
	return token.token
}

// String does not show the token: this text ends up in logs.
func (token AccessToken) String() string {
	return "<AccessToken>"
}

// GoString is String, for %#v.
func (token AccessToken) GoString() string {
	return token.String()
}
