package main

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"zhenwu/internal/town"
)

// forwarded are the headers by which a proxy says whom it speaks for.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// parseProxies reads the networks whose word about a client counts.
func parseProxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err2 := netip.ParseAddr(s)
			if err2 != nil {
				return nil, town.Refuse(town.Invalid, "trust-proxy", "不是网段：%s（例如 10.0.0.0/8）", "not a network: %s (such as 10.0.0.0/8)", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// behindProxy makes RemoteAddr the client that a trusted proxy names: the last
// address in X-Forwarded-For that is no trusted proxy itself. From anybody else
// such headers are dropped, and a request that carried them no longer counts as
// one of this machine: a proxy that was not declared must not lend its place.
func behindProxy(next http.Handler, trusted []netip.Prefix) http.Handler {
	trusts := func(a netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := netip.Addr{}
		if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			peer = at.Addr()
		}
		chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		told := false
		for _, h := range forwarded {
			told = told || r.Header.Get(h) != ""
			r.Header.Del(h)
		}
		switch {
		case !told:
		case !trusts(peer):
			r.RemoteAddr = net.JoinHostPort(netip.IPv6Unspecified().String(), "0")
		default:
			client := peer
			for i := len(chain) - 1; i >= 0; i-- {
				a, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
				if err != nil {
					break
				}
				client = a.Unmap()
				if !trusts(client) {
					break
				}
			}
			r.RemoteAddr = net.JoinHostPort(client.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}
