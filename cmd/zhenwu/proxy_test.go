package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOnlyTrustedProxiesNameTheClient(t *testing.T) {
	trusted, err := parseProxies([]string{"10.0.0.0/8", "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"nobody forwards", "203.0.113.5:4000", "", "203.0.113.5:4000"},
		{"a stranger forwards", "203.0.113.5:4000", "127.0.0.1", "[::]:0"},
		{"a proxy forwards", "10.1.2.3:4000", "198.51.100.7", "198.51.100.7:0"},
		{"the client lies before the proxy", "10.1.2.3:4000", "127.0.0.1, 198.51.100.7", "198.51.100.7:0"},
		{"two proxies", "127.0.0.1:4000", "198.51.100.7, 10.9.9.9", "198.51.100.7:0"},
		{"what is no address", "10.1.2.3:4000", "unknown", "10.1.2.3:0"},
		{"IPv6", "10.1.2.3:4000", "2001:db8::1", "[2001:db8::1]:0"},
		{"an IPv4 address in IPv6 dress", "[::ffff:10.1.2.3]:4000", "198.51.100.7", "198.51.100.7:0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			got := ""
			behindProxy(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r.RemoteAddr
				if r.Header.Get("X-Forwarded-For") != "" {
					t.Error("the header went on")
				}
			}), trusted).ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("the client is %s, want %s", got, c.want)
			}
		})
	}
	if _, err := parseProxies([]string{"everyone"}); err == nil {
		t.Error("a word was taken for a network")
	}
}
