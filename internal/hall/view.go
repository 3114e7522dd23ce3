package hall

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// View is one immutable state of the town's declarations and data: the catalog
// in force, the dictionary, places, rules, calendars, people. A commit that
// changes any of them makes a new one.
type View struct {
	Cat       *catalog.Catalog
	Edition   int64 // word id of the edition
	Simulated bool
	Name      string

	words   map[string]int64 // kind + word → id
	spelled map[int64]store.Word
	places  map[town.Code]*Place
	byID    map[int64]*Place
	order   []*Place

	rules    map[string][]RuleRow
	calendar *workday.Calendar
	since    town.Day // from which the town keeps its records whole; NoDay when it has not said

	figures map[string][]*figureState // by type
	byKey   map[string]*figureState
	types   map[string]*typeState
	fills   map[int64]town.ID // indexes that are being filled: word → the last record whose rows stand
}

// Place is a place of the town with where it stands in the tree.
type Place struct {
	store.PlaceRow
	Up   []int64     // ids of itself, its parents and the town (0): where a mark at it is counted
	Path []town.Code // codes below the town, down to itself: what a leaf says
	Down []int64     // ids of itself and everything below it
}

// RuleRow is a dated limit as it stands in the town.
type RuleRow struct {
	Key      string
	From, To town.Day
	Limit    string
	Source   string
}

// figureState is the version of a figure that is kept now.
type figureState struct {
	cat     *catalog.Catalog // the edition that declares it
	fig     *catalog.Figure
	former  bool // of an earlier edition: answers until the present one is filled
	id      int64
	version string // "visits@3": what a leaf says
	filling bool
	doneTo  town.ID
}

// typeState is what the hall needs to know of a type on every command.
type typeState struct {
	t       *catalog.Type
	refs    []refField // ref fields, for links
	indexed []refField // indexed fields
	search  []string
	sealed  []*catalog.Field
	files   []fileField     // fields that name files
	rolls   []flow.Rolled   // rollups that records of this type feed
	follows []flow.Rolled   // fields of other types that follow this one
	upon    []*catalog.Plan // plans that a move of this type sets off, in the order of the catalog
}

type refField struct{ name string }

// Place returns the place with code; "" is the town. nil when there is none.
func (v *View) Place(code town.Code) *Place {
	if code == v.Cat.Code {
		code = ""
	}
	return v.places[code]
}

// PlaceByID returns a place by its id; 0 is the town.
func (v *View) PlaceByID(id int64) *Place { return v.byID[id] }

// Places lists all places in the order of their ids, the town first.
func (v *View) Places() []*Place { return v.order }

// Within tells whether place is root or lies below it.
func (v *View) Within(place, root town.Code) bool {
	r, p := v.Place(root), v.Place(place)
	if r == nil || p == nil {
		return false
	}
	for _, id := range p.Up {
		if id == r.ID {
			return true
		}
	}
	return false
}

// PlaceKind is the kind of a place, "" when there is none.
func (v *View) PlaceKind(code town.Code) string {
	if p := v.Place(code); p != nil {
		return p.Kind
	}
	return ""
}

// Rule gives the limit of a rule in force on day.
func (v *View) Rule(key string, day town.Day) (limit, source string, ok bool) {
	for _, r := range v.rules[key] {
		if r.From <= day && (r.To == town.NoDay || day <= r.To) {
			return r.Limit, r.Source, true
		}
	}
	return "", "", false
}

// Rules lists the dated rows of a rule.
func (v *View) Rules(key string) []RuleRow { return v.rules[key] }

// Calendar says which days are workdays.
func (v *View) Calendar() *workday.Calendar { return v.calendar }

// Zone is the town's time zone.
func (v *View) Zone() *time.Location { return v.Cat.Zone }

// TypeID is the dictionary id of a type, 0 when no record of it was ever made.
func (v *View) TypeID(typ string) int64 { return v.words["t"+typ] }

// TypeOf spells a type id.
func (v *View) TypeOf(id int64) string { return v.spelled[id].Word }

// FieldID is the dictionary id of an indexed field or a ref field.
func (v *View) FieldID(typ, field string) int64 { return v.words["f"+typ+"."+field] }

// FieldOf spells a field id: type and field.
func (v *View) FieldOf(id int64) (typ, field string) {
	typ, field, _ = strings.Cut(v.spelled[id].Word, ".")
	return typ, field
}

// SliceID is the dictionary id of a slice "dim=value", 0 when nothing was ever counted under it.
func (v *View) SliceID(slice string) int64 { return v.words["s"+slice] }

// SlicesOf lists the values that were ever counted under a dimension.
func (v *View) SlicesOf(dim string) []string {
	var out []string
	for k := range v.words {
		if strings.HasPrefix(k, "s"+dim+"=") {
			out = append(out, k[len(dim)+2:])
		}
	}
	sort.Strings(out)
	return out
}

// FigureID is the id of the version of a figure that answers, 0 when there is none.
func (v *View) FigureID(key string) int64 {
	if f := v.byKey[key]; f != nil {
		return f.id
	}
	return 0
}

// addWord enters a word; the view must be the batch's own copy.
func (v *View) addWord(w store.Word) {
	v.words[w.Kind+w.Word] = w.ID
	v.spelled[w.ID] = w
}

// copyWords gives the view its own dictionary before a batch adds to it.
func (v *View) copyWords() *View {
	c := *v
	c.words = make(map[string]int64, len(v.words)+8)
	for k, id := range v.words {
		c.words[k] = id
	}
	c.spelled = make(map[int64]store.Word, len(v.spelled)+8)
	for id, w := range v.spelled {
		c.spelled[id] = w
	}
	return &c
}

// setPlaces builds the tree.
func (v *View) setPlaces(rows []store.PlaceRow) error {
	v.places = make(map[town.Code]*Place, len(rows)+1)
	v.byID = make(map[int64]*Place, len(rows)+1)
	root := &Place{PlaceRow: store.PlaceRow{ID: 0, Code: "", Kind: "town", Zh: v.Cat.Name.Zh, En: v.Cat.Name.En, Since: town.NoDay, Until: town.NoDay}, Up: []int64{0}}
	v.places[""], v.byID[0] = root, root
	v.order = []*Place{root}
	for _, r := range rows {
		p := &Place{PlaceRow: r}
		v.places[r.Code], v.byID[r.ID] = p, p
		v.order = append(v.order, p)
	}
	for _, p := range v.order[1:] {
		for q := p; q.ID != 0; {
			if len(p.Up) > 12 {
				return fmt.Errorf("place %s: its parents go round in a circle", p.Code)
			}
			p.Up = append(p.Up, q.ID)
			p.Path = append([]town.Code{q.Code}, p.Path...)
			parent := v.Place(q.Parent)
			if parent == nil {
				return fmt.Errorf("place %s: no parent %s", q.Code, q.Parent)
			}
			q = parent
		}
		p.Up = append(p.Up, 0)
	}
	for _, p := range v.order {
		for _, up := range p.Up {
			v.byID[up].Down = append(v.byID[up].Down, p.ID)
		}
	}
	return nil
}

// setData reads rules and calendars from the town's data.
func (v *View) setData(rules, calendars []store.Datum) error {
	v.rules = map[string][]RuleRow{}
	for _, d := range rules {
		m, err := town.ParseObject([]byte(d.Doc))
		if err != nil {
			return fmt.Errorf("rule %s: %w", d.Key, err)
		}
		r := RuleRow{From: town.NoDay, To: town.NoDay}
		r.Key, _ = m["rule"].(string)
		r.Limit, _ = m["limit"].(string)
		r.Source, _ = m["source"].(string)
		if s, ok := m["from"].(string); ok && s != "" {
			if r.From, err = town.ParseDay(s); err != nil {
				return fmt.Errorf("rule %s: %w", d.Key, err)
			}
		}
		if s, ok := m["to"].(string); ok && s != "" {
			if r.To, err = town.ParseDay(s); err != nil {
				return fmt.Errorf("rule %s: %w", d.Key, err)
			}
		}
		v.rules[r.Key] = append(v.rules[r.Key], r)
	}
	for _, rows := range v.rules {
		sort.Slice(rows, func(i, j int) bool { return rows[i].From > rows[j].From }) // the latest row in force wins
	}
	cal, err := calendarOf(calendars)
	if err != nil {
		return err
	}
	v.calendar = cal
	return nil
}

// typesOf prepares what every command needs of its type.
func typesOf(cat *catalog.Catalog) map[string]*typeState {
	types := make(map[string]*typeState, len(cat.Types))
	for _, key := range cat.TypeOrder {
		t := cat.Types[key]
		s := &typeState{t: t, files: fileFields(t), rolls: flow.RollupsFrom(cat, key), follows: flow.FollowersOf(cat, key)}
		for _, f := range t.Fields {
			if f.Type == catalog.Ref {
				s.refs = append(s.refs, refField{name: f.Key})
			}
			if f.Index && f.Type != catalog.LinesType {
				s.indexed = append(s.indexed, refField{name: f.Key})
			}
			if f.Search {
				s.search = append(s.search, f.Key)
			}
			if sealedField(f) {
				s.sealed = append(s.sealed, f)
			}
		}
		types[key] = s
	}
	for _, key := range cat.PlanOrder {
		p := cat.Plans[key]
		typ, _, _ := strings.Cut(p.Upon, ".")
		if s := types[typ]; s != nil {
			s.upon = append(s.upon, p)
		}
	}
	return types
}

// sealedField tells whether a field holds personal data.
func sealedField(f *catalog.Field) bool {
	return f.Sealed || f.Type == catalog.Person || f.Type == catalog.Phone || f.Type == catalog.IDNumber
}

// setFigures prepares the figures that marks are kept for.
func (v *View) setFigures(rows []store.FigureRow, formerly map[int64]former) {
	v.figures = map[string][]*figureState{}
	v.byKey = map[string]*figureState{}
	for _, r := range rows {
		if r.State == "past" {
			continue
		}
		f := v.Cat.Figures[r.Key]
		if f == nil || !tallied(f) {
			continue
		}
		if r.Sum != figureSum(f) {
			continue
		}
		s := &figureState{cat: v.Cat, fig: f, id: r.ID, version: r.Key + "@" + strconv.FormatInt(r.ID, 10), filling: r.State == "filling", doneTo: town.ID(r.DoneTo)}
		v.figures[f.Type.Key] = append(v.figures[f.Type.Key], s)
		if !s.filling {
			v.byKey[r.Key] = s
		}
	}
	for _, r := range rows { // while a new version fills, the old one is kept and answers
		f := v.Cat.Figures[r.Key]
		if r.State != "live" || v.byKey[r.Key] != nil || f == nil || !tallied(f) {
			continue
		}
		s := &figureState{cat: v.Cat, fig: f, former: true, id: r.ID, version: r.Key + "@" + strconv.FormatInt(r.ID, 10)}
		if was, ok := formerly[r.ID]; ok {
			s.cat, s.fig = was.cat, was.fig
			v.figures[was.fig.Type.Key] = append(v.figures[was.fig.Type.Key], s)
		}
		v.byKey[r.Key] = s
	}
}

// tallied tells whether marks are kept for a figure; the others are read from these.
func tallied(f *catalog.Figure) bool {
	switch f.Kind {
	case catalog.Count, catalog.Sum, catalog.Distinct, catalog.Times:
		return f.Type != nil
	}
	return false
}

func monthOf(span int32) time.Month { return time.Month(span / 100 % 100) }
