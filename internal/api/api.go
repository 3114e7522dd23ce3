// Package api is the JSON face of a town: records, moves and figures for other
// programs, under /api/v1. It owns the form of requests and answers and decides
// nothing: commands go through hall.Do, what may be seen through access, values
// come from figure. Numbers are decimal strings, "" when unknown. A token acts
// within the post it was made for, so the same rules answer as at a screen.
package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Config is what the API needs.
type Config struct {
	Hall  *hall.Hall
	Blobs store.Blobs  // where files that are handed in go
	Log   *slog.Logger // nil: slog.Default
}

type server struct {
	hall  *hall.Hall
	blobs store.Blobs
	log   *slog.Logger
}

type token struct {
	hash   [sha256.Size]byte
	member hall.Member
}

// New builds the API; mount it at /api/.
func New(cfg Config) http.Handler {
	s := &server{hall: cfg.Hall, blobs: cfg.Blobs, log: cfg.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/openapi.json", s.openapi)
	route := func(pattern string, fn func(*call) error, asks ...string) {
		mux.HandleFunc(pattern, s.handle(fn, asks))
	}
	route("GET /api/v1/types", (*call).types)
	route("GET /api/v1/types/{type}/records", (*call).list, listAsks...)
	route("POST /api/v1/types/{type}/records", (*call).create)
	route("GET /api/v1/records/{id}", (*call).read)
	route("POST /api/v1/records/{id}/moves/{move}", (*call).move)
	route("POST /api/v1/files", (*call).upload, fileAsks...)
	route("GET /api/v1/figures", (*call).figures, figuresAsk...)
	route("GET /api/v1/figures/{key}", (*call).figure, figureAsks...)
	mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) { s.stray(mux, w, req) })
	return mux
}

// The query parameters that each address takes; anything else is refused.
var (
	listAsks   = []string{"stage", "office", "place", "from", "until", "q", "where", "void", "after", "limit"}
	fileAsks   = []string{"name"}
	figuresAsk = []string{"town", "place", "period", "year", "records"}
	figureAsks = append(slices.Clone(figuresAsk), "after", "limit")
)

// asks refuses a query parameter that the address does not take or that is given twice: a
// misspelt filter must not answer as if there were none.
func asks(q url.Values, known []string) error {
	for _, name := range slices.Sorted(maps.Keys(q)) {
		switch {
		case len(known) == 0:
			return town.Refuse(town.Invalid, name, "这个接口没有参数，不认识 %s。", "this address takes no parameters, and not %s.", name)
		case !slices.Contains(known, name):
			return town.Refuse(town.Invalid, name, "没有参数 %[1]s；可用的参数：%[2]s。", "there is no parameter %[1]s; there are %[3]s.", name, strings.Join(known, "、"), strings.Join(known, ", "))
		case len(q[name]) > 1:
			return town.Refuse(town.Invalid, name, "参数 %s 只能给一次。", "the parameter %s is given more than once.", name)
		}
	}
	return nil
}

// stray answers what no route takes as every other refusal is answered: 405 where another method would do, else 404.
func (s *server) stray(mux *http.ServeMux, w http.ResponseWriter, req *http.Request) {
	c := &call{server: s, w: w, req: req, ctx: req.Context()}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := req.Clone(req.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			w.Header().Add("Allow", method)
		}
	}
	if w.Header().Get("Allow") != "" {
		c.fail(errMethod)
		return
	}
	c.fail(town.Refuse(town.Missing, "", "没有这个接口：%s", "there is nothing at %s", req.URL.Path))
}

var errMethod = &town.Error{Kind: town.Invalid, Zh: "这个接口不接受这种请求方法。", En: "this is not asked for by that method."}

// call is one request of one token.
type call struct {
	*server
	w     http.ResponseWriter
	req   *http.Request
	ctx   context.Context
	view  *hall.View
	actor town.Actor
	token [sha256.Size]byte // hash of the token
}

func (s *server) handle(fn func(*call) error, known []string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		c := &call{server: s, w: w, req: req, ctx: req.Context(), view: s.hall.View()}
		k, err := s.holder(req)
		if err == nil {
			err = town.Address(req.URL.Path, req.URL.RawQuery)
		}
		if err == nil {
			err = asks(req.URL.Query(), known)
		}
		if err == nil {
			c.actor, c.token = k.member.Actor(), k.hash
			err = fn(c)
		}
		if err != nil {
			c.fail(err)
		}
	}
}

var errToken = &town.Error{Kind: town.Denied, Field: "Authorization", Zh: "令牌缺失、不对、过期或已停用。", En: "the token is missing, wrong, expired or closed."}

// holder finds the token that the request bears, as it stands now: one that was closed
// a moment ago, or whose person was, opens nothing any more. Nothing is kept between requests.
func (s *server) holder(req *http.Request) (*token, error) {
	text, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !ok || len(text) < 20 || len(text) > 200 {
		return nil, errToken
	}
	k := &token{hash: sha256.Sum256([]byte(text))}
	err := s.hall.Reading(req.Context(), func(r *hall.Reader) error {
		list, err := r.Tokens()
		if err != nil {
			return err
		}
		for i := range list {
			hash, err := hex.DecodeString(list[i].Hash)
			if err != nil || subtle.ConstantTimeCompare(hash, k.hash[:]) != 1 {
				continue
			}
			m, ok, err := r.Member(list[i].Login)
			if err != nil {
				return err
			}
			if !ok || m.Closed || !list[i].Good(s.hall.Today()) {
				continue
			}
			if list[i].Post.Role != "" { // a token acts within its own post, whatever its person may do besides
				m.Posts = []town.Post{list[i].Post}
			}
			k.member = m
			return nil
		}
		return errToken
	})
	if err != nil {
		return nil, err
	}
	return k, nil
}

// problem is an RFC 9457 answer with the sentence in both languages.
type problem struct {
	Type   string `json:"type"`
	Kind   string `json:"kind"` // what the caller can do about it: town.Kind
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Field  string `json:"field,omitempty"`
	More   []also `json:"more,omitempty"` // what else is wrong with the request
	ID     string `json:"id,omitempty"`
}

// also is a further fault of a request, in a field of its own.
type also struct {
	Field string `json:"field"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

var statusOf = map[town.Kind]int{town.Invalid: 422, town.Denied: 403, town.Hidden: 404, town.Missing: 404, town.Conflict: 409, town.Stale: 409, town.Busy: 503}

// fail answers with a problem; an internal one gives a short id that also stands in the log.
func (c *call) fail(err error) {
	p := problem{Type: "about:blank"}
	var ours *town.Error
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &ours) && statusOf[ours.Kind] != 0:
		p.Title, p.Status, p.Zh, p.En, p.Field = ours.Kind.String(), statusOf[ours.Kind], ours.Zh, ours.En, ours.Field
		for _, m := range ours.More {
			p.More = append(p.More, also{m.Field, m.Zh, m.En})
		}
		if err == errMethod {
			p.Status = http.StatusMethodNotAllowed
		}
		if err == errToken {
			p.Status = http.StatusUnauthorized
			c.w.Header().Set("WWW-Authenticate", "Bearer")
		}
		if ours.Kind == town.Hidden {
			p.Title, p.Zh, p.En, p.Field = "missing", "没有这个内容。", "there is nothing here.", ""
		}
	case errors.As(err, &big):
		p.Title, p.Status = "invalid", http.StatusRequestEntityTooLarge
		p.Zh, p.En = fmt.Sprintf("请求超过 %d MB。", big.Limit>>20), fmt.Sprintf("the request is larger than %d MB.", big.Limit>>20)
	default:
		var b [4]byte
		_, _ = rand.Read(b[:])
		p.ID = hex.EncodeToString(b[:])
		p.Title, p.Status = "internal", http.StatusInternalServerError
		p.Zh, p.En = "系统出了问题，没有保存；编号 "+p.ID, "something went wrong on our side, nothing was saved; number "+p.ID
		c.log.Error("api request failed", "id", p.ID, "method", c.req.Method, "path", c.req.URL.Path, "err", err)
	}
	p.Kind, p.Detail = p.Title, p.Zh
	if c.lang() == "en" {
		p.Detail = p.En
	}
	c.w.Header().Set("Content-Type", "application/problem+json")
	c.write(p.Status, p)
}

func (c *call) lang() string {
	if strings.HasPrefix(c.req.Header.Get("Accept-Language"), "en") {
		return "en"
	}
	return "zh"
}

func (c *call) answer(status int, v any) error {
	c.w.Header().Set("Content-Type", "application/json")
	c.write(status, v)
	return nil
}

func (c *call) write(status int, v any) {
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("X-Content-Type-Options", "nosniff")
	c.w.WriteHeader(status)
	enc := json.NewEncoder(c.w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the client went away: nothing to do
}

// body reads a JSON object, at most 1 MB, with nothing unknown beside names.
func (c *call) body(names ...string) (map[string]json.RawMessage, error) {
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.req.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	m := map[string]json.RawMessage{}
	if len(data) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, &town.Error{Kind: town.Invalid, Field: "body", Zh: "请求体不是 JSON 对象。", En: "the body is no JSON object.", Err: err}
	}
	for k := range m {
		known := false
		for _, n := range names {
			known = known || k == n
		}
		if !known {
			return nil, town.Refuse(town.Invalid, k, "请求体里不认识 %s。", "the body has an unknown part %s.", k)
		}
	}
	return m, nil
}

// part decodes one part of a body into to; absent parts are left alone.
func part(m map[string]json.RawMessage, name string, to any) error {
	raw, ok := m[name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return &town.Error{Kind: town.Invalid, Field: name, Zh: name + " 的写法不对。", En: name + " has the wrong form.", Err: err}
	}
	return nil
}

// do carries out a command. The header Idempotency-Key makes it happen once: its id is
// the key as this token means it, so that no program gets another's answer.
func (c *call) do(cmd town.Command) (town.Answer, error) {
	if key := c.req.Header.Get("Idempotency-Key"); key != "" {
		if len(key) > 64 {
			return town.Answer{}, town.Refuse(town.Invalid, "Idempotency-Key", "Idempotency-Key 最长 64 个字符。", "an Idempotency-Key has at most 64 characters.")
		}
		sum := sha256.Sum256(append(c.token[:], key...))
		cmd.ID = "api-" + hex.EncodeToString(sum[:16])
	} else {
		// The time comes first: ids of one moment stand side by side in the index of commands.
		b := binary.BigEndian.AppendUint64(make([]byte, 0, 18), uint64(time.Now().UnixMicro()))[:18]
		_, _ = rand.Read(b[8:])
		cmd.ID = "api-" + hex.EncodeToString(b)
	}
	cmd.Day = town.NoDay
	return c.hall.Do(c.ctx, c.actor, cmd)
}

func number[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
