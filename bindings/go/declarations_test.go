package stauth

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What stauth.h has and this package does not call, and why.
var unused = map[string]string{
	"st_version_string":                "the number is enough to compare",
	"st_config_set_clock":              "for tests of the library",
	"st_config_set_random":             "for tests of the library",
	"st_app_shared":                    "a program has a place to keep an App",
	"st_config_log_to_fd":              "Go's functions may be called on every thread",
	"st_config_set_session_store":      "Go programs use Redis",
	"st_record_set":                    "as above",
	"st_config_set_event_loop":         "a goroutine that waits keeps nobody waiting",
	"st_request_exchange":              "as above",
	"st_request_resume":                "as above",
	"st_request_new_preload":           "as above",
	"st_request_may_block":             "as above",
	"st_request_login_may_block":       "as above",
	"st_request_logout_may_block":      "as above",
	"st_request_loads_page":            "st_request_require_login() asks it",
	"st_request_is_logged_in":          "Go has JSON",
	"st_request_claim":                 "Go has JSON",
	"st_request_add_header":            "all of them in one call",
	"st_request_response_header_count": "all of them in one call",
	"st_request_response_header":       "all of them in one call",
	"st_native_new":                    "for programs without a site",
	"st_native_login":                  "as above",
	"st_native_callback":               "as above",
	"st_native_device_login":           "as above",
	"st_native_poll":                   "as above",
	"st_native_is_pending":             "as above",
	"st_native_wait_ms":                "as above",
	"st_native_expires_in":             "as above",
	"st_native_url":                    "as above",
	"st_native_verification_uri":       "as above",
	"st_native_user_code":              "as above",
	"st_native_session":                "as above",
	"st_request_bind":                  "goroutines change threads",
	"st_request_unbind":                "as above",
	"st_login":                         "as above",
	"st_logout":                        "as above",
	"st_user_json":                     "as above",
}

func readHeader(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../include/stauth.h")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The C compiler has compared the arguments.
func TestEveryFunctionIsCalled(t *testing.T) {
	header, sources := readHeader(t), ""
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources += regexp.MustCompile(`//.*`).ReplaceAllString(string(text), "") // comments name functions, too
		}
	}
	functions := regexp.MustCompile(`(?m)^ST_API\s[^;(]*?(\w+)\(`).FindAllStringSubmatch(header, -1)
	if len(functions) != strings.Count(header, "ST_API ")-strings.Count(header, "#define ST_API ") {
		t.Fatal("the header is not understood")
	}
	known := map[string]bool{}
	for _, match := range functions {
		name := match[1]
		known[name] = true
		called := regexp.MustCompile(`\b` + name + `\(`).MatchString(sources)
		if _, isUnused := unused[name]; called == isUnused {
			t.Errorf("%s: called %v, listed as unused %v", name, called, isUnused)
		}
	}
	for name := range unused {
		if !known[name] {
			t.Errorf("%s is not in the header", name)
		}
	}
}

func TestEveryStatus(t *testing.T) {
	ours := map[string]Status{
		"ST_INVALID_ARGUMENT": InvalidArgument, "ST_CONFIGURATION_ERROR": ConfigurationError,
		"ST_NETWORK_ERROR": NetworkError, "ST_PROVIDER_ERROR": ProviderError,
		"ST_AUTHORIZATION_DENIED": AuthorizationDenied, "ST_TOKEN_INVALID": TokenInvalid,
		"ST_LOGIN_INVALID": LoginInvalid, "ST_REQUEST_REFUSED": RequestRefused, "ST_LIMIT_EXCEEDED": LimitExceeded,
		"ST_NO_REQUEST": NoRequest, "ST_CRYPTOGRAPHY_ERROR": CryptographyError, "ST_INTERNAL_ERROR": InternalError,
	}
	header := readHeader(t)
	section := header[strings.Index(header, "ST_OK = 0"):]
	section = section[:strings.Index(section, "};")]
	for _, match := range regexp.MustCompile(`(ST_\w+) = (\d+)`).FindAllStringSubmatch(section, -1)[1:] {
		status, ok := ours[match[1]]
		if !ok || strconv.Itoa(int(status)) != match[2] || status.Error() != match[1] {
			t.Errorf("%s is %v here", match[1], status)
		}
		delete(ours, match[1])
	}
	if len(ours) != 0 {
		t.Errorf("not in the header: %v", ours)
	}
}

func TestEveryRequestHeader(t *testing.T) {
	sentence := regexp.MustCompile(`Add all of them, or at least ([\w ,\n-]+);`).FindStringSubmatch(readHeader(t))
	if sentence == nil {
		t.Fatal("the header is not understood")
	}
	asked := map[string]bool{}
	for _, name := range regexp.MustCompile(`,\s+|\s+and\s+`).Split(sentence[1], -1) {
		asked[name] = true
	}
	for _, name := range append([]string{"Host"}, headerNames...) {
		if !asked[name] {
			t.Errorf("%s is not asked for", name)
		}
		delete(asked, name)
	}
	if len(asked) != 0 {
		t.Errorf("missing: %v", asked)
	}
}

func TestLimits(t *testing.T) {
	words := strings.Join(strings.Fields(readHeader(t)), " ")
	for _, sentence := range []string{"so. At most 64 KiB", "65,536 bytes always suffice"} {
		if !strings.Contains(words, sentence) {
			t.Errorf("the header no longer says %q", sentence)
		}
	}
	if LongestBody != 65536 || longestUser != 65536 {
		t.Error(LongestBody, longestUser)
	}
}
