// Package catalog owns what a town has declared: its record types with their
// fields, stages, moves and clocks, its plans, figures, scores, forms, dashboards
// and alerts, its offices, roles and places. It turns a folder of YAML into one immutable
// Catalog, or into faults with file, line and column. It does not know records,
// the database or the clock. Invariant: every formula in a Catalog has been
// type-checked, every reference leads somewhere, and nothing that rule 10
// forbids was let in.
package catalog

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// Label is a name for people in both languages. En falls back to Zh.
type Label struct{ Zh, En string }

// In returns the label in lang, "zh" or "en".
func (l Label) In(lang string) string {
	if lang == "en" && l.En != "" {
		return l.En
	}
	return l.Zh
}

// Catalog is one edition of a town's declarations. It is immutable.
type Catalog struct {
	Edition string // hex SHA-256 of the canonical sources
	Code    town.Code
	Name    Label
	Zone    *time.Location
	Hours   []Hours // working hours of a workday

	Kinds      map[string]*PlaceKind
	Offices    map[string]*Office
	Roles      map[string]*Role
	Lists      map[string]*List
	Rules      map[string]*Rule // the rows a new town starts with; a living town's rows are data
	Types      map[string]*Type
	Plans      map[string]*Plan
	Figures    map[string]*Figure
	Scores     map[string]*Score
	Forms      map[string]*Form
	Dashboards map[string]*Dashboard
	Alerts     map[string]*Alert
	Systems    []*System // by number

	// The same in declaration order, for pages and for determinism.
	TypeOrder, FigureOrder, PlanOrder, OfficeOrder, RoleOrder, KindOrder, ListOrder, RuleOrder, ScoreOrder, DashboardOrder, AlertOrder []string

	// Seeds are rows of data that a new town starts with.
	Seeds Seeds
}

// Hours is a span of working time, minutes after midnight.
type Hours struct{ From, Until int }

// Source is where something was declared.
type Source struct {
	File         string
	Line, Column int
}

// System is one working system of the town: S01 … S100.
type System struct {
	Number  string // "S34"
	Label   Label
	File    string
	Types   []string
	Figures []string
	Plans   []string
	Scores  []string
	// Timeless says why work without a time limit is right here; empty where there are limits.
	Timeless Label

	at *node
}

// PlaceKind is a level of the place tree.
type PlaceKind struct {
	Key   string
	Label Label
	Under []string // kinds it may stand under
}

// Office is a department of the town.
type Office struct {
	Key     string
	Label   Label
	Place   town.Code // a village committee belongs to its village; "" = the town
	Aliases []string
}

// Scope says how far a role sees.
type Scope string

// The scopes.
const (
	ScopeTown   Scope = "town"
	ScopeOffice Scope = "office" // records that the post's office holds
	ScopePlace  Scope = "place"  // records at the post's place or below
	ScopeOwn    Scope = "own"    // records that the person opened or holds
)

// Role is what a post may do; who holds it is data.
type Role struct {
	Key    string
	Label  Label
	Office string // where its posts sit by default
	Scope  Scope
	Reads  bool // sees, and changes nothing: no type lets it open, move or correct, and the hall takes no command of it
}

// List is a list of choices.
type List struct {
	Key   string
	Label Label
	Items []Choice
}

// Choice is one value of a list. Keys are never reused.
type Choice struct {
	Key     string
	Label   Label
	Retired bool     // kept for old records, offered no more
	Was     []string // earlier keys
}

// Item returns the choice with key, or nil.
func (l *List) Item(key string) *Choice {
	for i := range l.Items {
		if l.Items[i].Key == key {
			return &l.Items[i]
		}
	}
	return nil
}

// Rule is a dated time limit.
type Rule struct {
	Key   string
	Label Label
	Rows  []RuleRow // ascending by From
}

// RuleRow is one dated row: in force for clocks that start in [From, To].
type RuleRow struct {
	From, To town.Day // To: last day, NoDay = open
	Limit    string   // "5 workdays"
	Source   string
}

// FieldType is the sort of a field's value.
type FieldType string

// The field types.
const (
	Text       FieldType = "text"
	LongText   FieldType = "longtext"
	Integer    FieldType = "integer"
	Decimal    FieldType = "decimal"
	Money      FieldType = "money"
	Points     FieldType = "points"
	Percent    FieldType = "percent"
	Bool       FieldType = "bool"
	Date       FieldType = "date"
	Time       FieldType = "time"
	PeriodType FieldType = "period"
	ChoiceType FieldType = "choice"
	Flags      FieldType = "flags"
	Place      FieldType = "place"
	Point      FieldType = "point" // "lon,lat" in degrees × 10^7, WGS-84: "1172345678,391234567"
	OfficeType FieldType = "office"
	Offices    FieldType = "offices"
	Ref        FieldType = "ref"
	Person     FieldType = "person"
	Phone      FieldType = "phone"
	IDNumber   FieldType = "id_number"
	CreditCode FieldType = "credit_code"
	Photo      FieldType = "photo"
	File       FieldType = "file"
	LinesType  FieldType = "lines"
	FigureType FieldType = "figure"
)

// Origin says where a field's value comes from.
type Origin uint8

// The origins.
const (
	Typed    Origin = iota
	Computed        // from own fields and lines
	Copied          // from the record a ref field names, at linking
	Followed        // copied and kept equal
	RolledUp        // count or sum over records that refer to this one
	Reading         // figures read by a scheduled command
)

// Field is one declared field.
type Field struct {
	Key      string
	Label    Label
	Type     FieldType
	List     *List    // of a choice or flags
	RefType  string   // of a ref
	Kinds    []string // of a place: allowed kinds, none = any
	Units    []string // of a period: year quarter month ten_days
	Unit     string
	Currency string // of money: CNY unless said
	Scale    int    // decimals of a decimal or percent
	Max, Min *int64 // of numbers; of texts the length in characters
	Required bool
	Default  any // a town.Values value, nil = none; the string "today" for a date
	Search   bool
	Index    bool
	Public   bool
	Sealed   bool
	Tracked  bool
	Import   bool // source: import — read-only on screen
	Columns  []*Field
	Aliases  []string // import headers
	Was      []string // earlier keys
	Retired  bool     // kept for old records, asked no more

	Origin             Origin
	Formula            *formula.Program // Computed, Reading
	CopyRef, CopyField string           // Copied, Followed: ref field and the field there ("place", "office" and "number" name the record's own)
	Rollup             *Rollup
	Every              string // Reading: day | week | month
	Call               *Call  // Reading by a function of the standard library; Formula is nil then
	At                 Source
}

// Call is a reading by a function of the standard library: progress(figure,
// shape, goal, place, due) and elapsed(from, until) over the record, rate(FIGURE)
// over the ratio Figure. All give a whole percent.
type Call struct {
	Func   string // progress | elapsed | rate
	Args   []*formula.Program
	Figure string // of rate
}

// Rollup is a count or sum over children.
type Rollup struct {
	Child string           // child type
	Field string           // summed field, "" = count
	Via   string           // the child's ref field that points here
	Of    *formula.Program // filter over the child, nil = all
}

// Stage is a stop of the flow.
type Stage struct {
	Key   string
	Label Label
	Done  bool
	Void  bool     // records here count nowhere
	Was   []string // earlier keys
	At    Source
}

// Guard must hold for a move.
type Guard struct {
	That *formula.Program
	Else Label
}

// Set puts a value into a field of the record, or of the record one reference away.
type Set struct {
	Ref   string // "" = own
	Field string
	Value *formula.Program
}

// Open opens a record as an effect.
type Open struct {
	Type string
	Each string // field whose lines, offices or flags are walked; "" = once
	As   string
	When *formula.Program
	With []Assign
}

// Assign gives a field of an opened record its value.
type Assign struct {
	Field string
	Value *formula.Program
}

// Drive makes a move on every record whose ref names this one.
type Drive struct {
	Type  string // child type
	Via   string // its ref field
	Where *formula.Program
	Move  string
}

// Move is a verb of the flow.
type Move struct {
	Key    string
	Label  Label
	From   []string
	To     string   // "" = stays
	By     []string // roles
	Clocks []string // clocks whose running out makes the move
	System bool     // may be made as an effect
	NotBy  []string // moves whose actor may not make this one; "open" = who opened it
	Needs  []string // fields, or reason, note, days
	Asks   []string // fields that are asked with the move and may stay empty
	Must   []Guard
	Day    string // date field that gives the business day
	Sets   []Set
	Opens  []Open
	Drives []Drive
	Tells  []string
	At     Source
}

// Way is the shortest way from a stage to the first declared stage in which work of the type is done: the stages still
// ahead in the ordinary course, in order. It is empty where the stage is done, and where no move leads there.
func (t *Type) Way(from string) []string {
	var end string
	for _, s := range t.Stages {
		if s.Key == from && (s.Done || s.Void) {
			return nil
		}
		if end == "" && s.Done && !s.Void {
			end = s.Key
		}
	}
	before := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0 && end != ""; queue = queue[1:] {
		if queue[0] == end {
			var way []string
			for at := end; at != from; at = before[at] {
				way = append(way, at)
			}
			slices.Reverse(way)
			return way
		}
		for _, m := range t.Moves {
			if _, seen := before[m.To]; !seen && m.To != "" && m.To != "same" && slices.Contains(m.From, queue[0]) {
				before[m.To] = queue[0]
				queue = append(queue, m.To)
			}
		}
	}
	return nil
}

// Fields are the fields a move is about, in the order in which they are asked: its day, what it needs, what it asks.
// A move may give these anew; any other field that is filled is corrected instead.
func (m *Move) Fields(t *Type) []*Field {
	var out []*Field
	for _, n := range slices.Concat([]string{m.Day}, m.Needs, m.Asks) {
		if f := t.Field(n); f != nil && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// Limit is one candidate of a clock's limit: the first whose When holds counts.
type Limit struct {
	When   *formula.Program // nil = always
	Rule   string           // a rule of rules.yaml, or
	Plain  string           // a plain limit with
	Source string           // its source
}

// bilingual is a source that says the same in Chinese and, after a space, in English.
var bilingual = regexp.MustCompile(`^(.*\p{Han}.*?) ([a-z][ -~]*)$`)

// SourceIn gives a source in lang. Most are names of Chinese texts and stand as they are; the mark of a value that nobody
// verified, and who sets a day, are told in both languages.
func SourceIn(source, lang string) string {
	const zh, en = "可编辑默认值", "editable default"
	if m := bilingual.FindStringSubmatch(source); m != nil {
		if lang == "en" {
			return m[2]
		}
		return m[1]
	}
	if lang == "en" {
		return strings.ReplaceAll(source, zh+" "+en, en)
	}
	return strings.ReplaceAll(source, zh+" "+en, zh)
}

// Clock is a time limit on stages or up to a day.
type Clock struct {
	Key     string
	Label   Label
	While   []string // runs in these stages
	Until   string   // date field that is the last day, or "plan.due"; While then says where it still matters
	From    string   // "opened", "entered.S", "last.M", "first.M" or a date field; "" = entry into While, or opening when While is empty
	Source  string   // of Until: who sets that day; a limit has a source of its own
	Limits  []Limit
	Pause   []string // stages
	Restart []string // moves
	Extend  *Extend
	Warn    []string // limits before due
	At      Source
}

// Extend allows a longer limit.
type Extend struct {
	Move  string
	Most  string // a limit
	Times int
}

// Type is a sort of record.
type Type struct {
	Key        string
	Label      Label
	System     string // S-number of the file, "" for shared registers
	Number     string // pattern, "RX{year}{seq:5}"
	Title      string // field
	Place      string // field
	Office     string // field
	KeyFields  []string
	Unique     *Unique
	Alike      *Alike
	ValidFrom  *formula.Program // date, nil = the type has no validity
	ValidUntil *formula.Program // date, exclusive
	Fields     []*Field
	Checks     []Guard
	Stages     []*Stage
	Clocks     []*Clock
	Moves      []*Move
	OpensBy    []string // roles; "system" = as effect or plan
	CorrectsBy []string
	See        []See
	Sensitive  bool
	Score      string // the score this type was generated for, "" for declared types
	At         Source

	// Env is what formulas of this type may read: used for lists and access filters typed by people.
	Env *formula.Env

	fields map[string]*Field
	stages map[string]*Stage
	moves  map[string]*Move
	clocks map[string]*Clock
}

// See lets a role see records of a type, all or those for which Of holds. Of
// reads the record, actor.office and actor.role.
type See struct {
	Role string
	Of   *formula.Program
}

// Named tells whether the field names a person: equal values of it are known to be equal while they are sealed, and found again.
func (f *Field) Named() bool { return f.Type == Person || f.Type == Phone || f.Type == IDNumber }

// Unique forbids two records with equal fields.
type Unique struct {
	By     []string
	During bool // only while both are valid
}

// Alike hints at likely duplicates.
type Alike struct {
	By     []string
	Within string // a limit
}

// Field, Stage, Move and Clock return the declared part with key, or nil.
func (t *Type) Field(key string) *Field { return t.fields[key] }

// Stage returns the stage with key, or nil.
func (t *Type) Stage(key string) *Stage { return t.stages[key] }

// Move returns the move with key, or nil.
func (t *Type) Move(key string) *Move { return t.moves[key] }

// Clock returns the clock with key, or nil.
func (t *Type) Clock(key string) *Clock { return t.clocks[key] }

// Plan opens records on a schedule or upon a move.
type Plan struct {
	Key   string
	Label Label
	Every string // day week ten_days month quarter half year; "" = Upon
	Upon  string // "type.move"
	Each  []Each
	Where *formula.Program
	Once  *formula.Program // a further part of the slot key
	Opens string
	With  []Assign
	Due   string // "end" of the period, or a limit after its start
	Takes bool
	Then  string // a move made at once
	Zero  bool
	At    Source
}

// Each is one set a plan walks: records of a type, or places of a kind.
type Each struct {
	As      string
	Type    string
	Kind    string
	Offices bool // walks the offices of the town; neither Type nor Kind is set
}

// FigureKind says how a figure is made.
type FigureKind string

// The kinds of figures.
const (
	Count    FigureKind = "count"
	Sum      FigureKind = "sum"
	Distinct FigureKind = "distinct"
	Times    FigureKind = "times"
	Measure  FigureKind = "measure"
	Ratio    FigureKind = "ratio"
	FormulaF FigureKind = "formula"
	Least    FigureKind = "least"
	Most     FigureKind = "most"
	All      FigureKind = "all"
	Streak   FigureKind = "streak"
)

// Figure is a formula over records.
type Figure struct {
	Key     string
	Label   Label
	System  string
	Unit    string
	Scale   int    // decimals of the stored integers (money in 分: 2)
	Better  string // up | down | ""
	Aliases []string
	Gold    string // number in the gold list this figure answers, "" for others
	Kind    FigureKind

	// Count, Sum, Distinct, Times: read marks. Exactly one of AtDay and While is set (Times has its own day).
	Type   *Type
	Amount *formula.Program // Sum: int
	Keyed  string           // Distinct: field
	Move   string           // Times
	Of     *formula.Program // filter, nil = all; already joined with that of Within
	AtDay  *formula.Program // flow: the day it counts on
	While  *formula.Program // stock
	Place  string           // place field, "" = the record's own place
	By     []Slice
	Within string

	// Read from other figures.
	Parts []string         // Ratio: numerator, denominator; Least … Streak: the one figure
	Expr  *formula.Program // FormulaF: over figure names
	Over  string           // Least, Most, All, Streak: place kind, month, year
	Is    *formula.Program // All, Streak: over the name "value"

	// Measure: which indicator record holds it: Type, Amount (its value) and Of (whose one choice is Indicator) are set too.
	Indicator      string
	IndicatorField string // "indicator"
	ValueField     string // "value"
	PeriodField    string // "period"

	At Source
}

// Slice is a cut of a figure: one dimension, or a declared pair.
type Slice struct {
	Key  string   // "grade", "made.answer.office", "a×b" for a pair
	Dims []string // one or two names
}

// Score opens one record per subject and period whose points are formulas over figures.
type Score struct {
	Key   string
	Label Label
	Kind  string // place kind, "" = office
	Every string
	Full  int64
	Items []ScoreItem
	Type  string // the generated type that holds it
	At    Source
}

// ScoreItem is one line of a score.
type ScoreItem struct {
	Key      string
	Label    Label
	Max, Min *int64
	Points   *formula.Program // over figures of the subject by key; rate.F is the ratio F in ten-thousandths
	Asked    string           // role or office group that gives the points by judgement
}

// Form is a sheet that an upper level sends; filled by a later floor.
type Form struct {
	Key    string
	Label  Label
	File   string
	Sheet  string
	Period string            // month, quarter, year …
	Cells  map[string]string // cell → "figure", "figure[choice=key]", "figure@year_to_date"
	Rows   *FormRows
	At     Source
}

// FormRows fills rows of a sheet with records.
type FormRows struct {
	At      string // first cell
	Type    string
	Where   *formula.Program
	Columns []string
}

// Seeds are rows a new town starts with.
type Seeds struct {
	Places      []PlaceRow
	Targets     []TargetRow
	Measured    []MeasuredRow
	Published   []PublishedRow
	Commitments []CommitmentRow
}

// PlaceRow is a row of places.csv.
type PlaceRow struct {
	Code, Parent town.Code
	Kind         string
	Label        Label
	Aliases      []string
	Note         string
}

// TargetRow is a declared target. Value is in the figure's stored scale, or percent × 100 for growth.
type TargetRow struct {
	Figure  string
	Place   town.Code
	Year    int
	Shape   string // growth | level | flat | above
	Value   int64
	Wording string // the rounding word or "力争"
	Source  string
	Gold    string // number in the gold list, "" for others
}

// MeasuredRow says which indicator an office gives, how it is entered, and what an entry is held against.
type MeasuredRow struct {
	Indicator string
	Figure    string
	Office    string
	Gold      string
	Note      string
	Unit      string // it is entered in: the figure's unit, or that with 万 or 亿 before it
	Ten       int    // one Unit is 10^Ten of the figure's unit
	Min, Max  *int64 // bounds of the value, in the figure's stored scale; nil = none
	Grows     int64  // percent × 100: growth on last year beyond ± this is to be looked at; 0 = none
	Prices    string // a choice of the type's field prices: how its value is told; "" = nothing said
	Mean      bool   // the year's value is a mean, a rate or a rank: its months do not add up to it
}

// MeasuredOf finds what was declared of the indicator that a measured figure shows; nil when nothing was.
func (c *Catalog) MeasuredOf(figure string) *MeasuredRow {
	for i := range c.Seeds.Measured {
		if c.Seeds.Measured[i].Figure == figure {
			return &c.Seeds.Measured[i]
		}
	}
	return nil
}

// PublishedRow is a value that was published for a year without records.
type PublishedRow struct {
	Figure string
	Year   int
	Value  string // decimal text in the figure's unit
	Yoy    string
	Source string
	Place  town.Code // "" = the town
	Unit   string
	Status string // "" published, "implied": follows from a published value and growth, never shown as published
	Gold   string
}

// CommitmentRow is a promise of a report.
type CommitmentRow struct {
	ID, Section string
	Text        string
	Lead        string // office
	Due         town.Day
	Number      string
	Unit        string
	Figure      string
	Assumed     bool
	Shape       string   // growth | level | flat | above, "" for those without a number
	Goal        string   // decimal text in Unit
	Systems     []string // where the work is done
	Helpers     []string // offices
}
