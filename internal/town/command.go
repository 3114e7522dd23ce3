package town

// Op says what a command asks for.
type Op string

// The operations of the one door.
const (
	Create  Op = "create"  // open a record of Type with Fields
	Move    Op = "move"    // make Move on Record with Fields, Reason, Note, Days
	Correct Op = "correct" // 更正: replace Fields of Record (nil value = empty), or the day/office of step Step
	Void    Op = "void"    // 作废: the record counts nowhere
	Undo    Op = "undo"    // take the last step of Record back
	Reveal  Op = "reveal"  // look at a sealed field (Field) with a reason; the look is an event
	Erase   Op = "erase"   // destroy the record's own key: its sealed fields are gone
	Put     Op = "put"     // a row of town data: Type names the register (rule, calendar, target, published, person, token …), Fields the row
	Merge   Op = "upsert"  // create, or correct the record of Type with the same key (import)
)

// Command is one wish of one actor. The client makes the ID: sent twice, it
// happens once and gets the same answer.
type Command struct {
	ID     string // ≤ 64 bytes, unique in the town
	Op     Op
	Type   string
	Record ID
	Rev    int64 // the revision the actor saw; 0 = whatever stands
	Move   string
	Field  string
	Step   int               // Correct: index into Record.Steps whose Day (and Office) is corrected; -1 none
	Fields Values            // nil values empty a field (Correct)
	Sealed map[string]string // plain text of sealed fields; never in an event, job or log
	Day    Day               // stated business day; NoDay = today. Never later than today
	At     Millis            // stated recorded time; only the simulator, an import and offline work may give it; 0 = now
	Reason string
	Note   string
	Days   int32
	Plan   *Slot // set by the planner only
	Bulk   bool  // yields to people
}

// Answer is what became of a command.
type Answer struct {
	Record ID
	Number string
	Rev    int64
	Stage  string
	Seq    int64  // the event
	Opened []ID   // records opened as effects
	Text   string // Reveal: the plain text
	Again  bool   // the command was known: this is the first answer
}

// ActorKind says through which face a command came.
type ActorKind string

// The kinds of actor.
const (
	Staff    ActorKind = "staff"
	System   ActorKind = "system"  // effects, timers, plans, sweeps
	Importer ActorKind = "import"  // may state earlier days and times
	Offline  ActorKind = "offline" // a phone coming back: may state earlier days and times
	Sim      ActorKind = "sim"     // refused by a real town
	Public   ActorKind = "portal"
)

// Actor is who asks. Person 0 is nobody in particular (system, portal).
type Actor struct {
	Person int64
	Name   string
	Kind   ActorKind
	Posts  []Post
}

// Post is a role held in an office for a place.
type Post struct {
	Role   string
	Office string
	Place  Code // "" = the whole town
	For    ID   // the record that it is held for: a firm, a bank, a site; 0 = none
}
