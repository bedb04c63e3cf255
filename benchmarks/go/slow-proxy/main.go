// An http proxy on loopback that delays each direction as a distant server does: slow-proxy DELAY, such as 25ms. With a
// server, slow-proxy DELAY HOST:PORT, it leads everybody there instead, whatever they say. Prints its origin, and ends
// when its input does.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type piece struct {
	due   time.Time
	bytes []byte
}

// Copies what comes, each piece as much later as the delay says, however many are on the way.
func forward(to io.WriteCloser, from io.Reader, delay time.Duration) {
	pieces := make(chan piece, 1024)
	go func() {
		defer to.Close()
		for next := range pieces {
			time.Sleep(time.Until(next.due))
			if _, err := to.Write(next.bytes); err != nil {
				return
			}
		}
	}()
	defer close(pieces)
	for {
		buffer := make([]byte, 65536)
		count, err := from.Read(buffer)
		if count > 0 {
			pieces <- piece{time.Now().Add(delay), buffer[:count]}
		}
		if err != nil {
			return
		}
	}
}

// Where the client asks to go to, and what it says there.
func accept(client net.Conn) (string, io.Reader) {
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil || request.Method != http.MethodConnect {
		return "", nil
	}
	fmt.Fprint(client, "HTTP/1.1 200 Established\r\n\r\n")
	return request.Host, reader
}

func serve(client net.Conn, delay time.Duration) {
	var reader io.Reader = client
	host := ""
	if len(os.Args) > 2 {
		host = os.Args[2]
	} else {
		host, reader = accept(client)
	}
	server, err := net.Dial("tcp", host)
	if err != nil {
		client.Close()
		return
	}
	go forward(client, server, delay)
	forward(server, reader, delay)
}

func main() {
	delay, err := time.ParseDuration(os.Args[1])
	must(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println("http://" + listener.Addr().String())
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		must(err)
		os.Exit(0)
	}()
	for {
		client, err := listener.Accept()
		must(err)
		go serve(client, delay)
	}
}
