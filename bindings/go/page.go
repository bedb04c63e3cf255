package stauth

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
)

// page is the response: the program's with the library's headers, or the library's in its place.
type page struct {
	http.ResponseWriter
	request *Request
	// What was there before the program's handler.
	before http.Header
	begun  bool
	// Whether the library's response was sent; what the program writes is then dropped.
	isReplaced bool
}

func newPage(w http.ResponseWriter, request *Request) *page {
	return &page{ResponseWriter: w, request: request, before: w.Header().Clone()}
}

// WriteHeader begins the response, unless it is one of the informational ones before it.
func (page *page) WriteHeader(status int) {
	isInformational := status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
	if page.isReplaced {
		return
	}
	if isInformational || page.begun {
		page.ResponseWriter.WriteHeader(status)
		return
	}
	page.begun = true
	page.request.setLate()
	if own := page.request.Status(); own > 0 {
		page.replace(own)
		return
	}
	page.request.AddTo(page.Header())
	page.ResponseWriter.WriteHeader(status)
}

func (page *page) replace(status int) {
	page.isReplaced = true
	header := page.Header()
	for name := range header {
		delete(header, name)
	}
	for name, values := range page.before {
		header[name] = values
	}
	body := page.request.Body()
	page.request.AddTo(header)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	page.ResponseWriter.WriteHeader(status)
	page.ResponseWriter.Write(body)
}

// begin is WriteHeader if the program has not called it. It says whether the response is the program's.
func (page *page) begin() bool {
	if !page.begun {
		page.WriteHeader(http.StatusOK)
	}
	return !page.isReplaced
}

func (page *page) Write(content []byte) (int, error) {
	if page.begin() {
		return page.ResponseWriter.Write(content)
	}
	return len(content), nil
}

// ReadFrom lets the server send files without copying them.
func (page *page) ReadFrom(source io.Reader) (int64, error) {
	if page.begin() {
		return io.Copy(page.ResponseWriter, source)
	}
	return io.Copy(io.Discard, source)
}

// Flush implements http.Flusher.
func (page *page) Flush() {
	if flusher, ok := page.ResponseWriter.(http.Flusher); ok && page.begin() {
		flusher.Flush()
	}
}

// Hijack implements http.Hijacker, for WebSockets: the program writes the response itself.
func (page *page) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	hijacker, ok := page.ResponseWriter.(http.Hijacker)
	if !ok || page.begun {
		return nil, nil, http.ErrNotSupported
	}
	connection, buffer, err := hijacker.Hijack()
	if err == nil {
		page.begun = true
		page.request.setLate()
	}
	return connection, buffer, err
}

// Push implements http.Pusher.
func (page *page) Push(target string, options *http.PushOptions) error {
	if pusher, ok := page.ResponseWriter.(http.Pusher); ok {
		return pusher.Push(target, options)
	}
	return http.ErrNotSupported
}

// Unwrap is for http.ResponseController.
func (page *page) Unwrap() http.ResponseWriter {
	return page.ResponseWriter
}
