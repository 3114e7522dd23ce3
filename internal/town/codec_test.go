package town

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func scalar(t *rapid.T) any {
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return rapid.Bool().Draw(t, "bool")
	case 1:
		return rapid.Int64().Draw(t, "int")
	case 2:
		return rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "texts")
	case 3:
		n := rapid.IntRange(1, 3).Draw(t, "lines")
		lines := make([]map[string]any, n)
		for i := range lines {
			lines[i] = map[string]any{"who": rapid.String().Draw(t, "who"), "paid": rapid.Int64().Draw(t, "paid")}
		}
		return lines
	}
	return rapid.String().Draw(t, "text")
}

func TestRecordDocRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := func(label string) Values {
			v := Values{}
			for _, k := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_]{1,8}`), 0, 6, rapid.ID[string]).Draw(t, label) {
				v[k] = scalar(t)
			}
			return v
		}
		r := Record{Stated: values("stated"), Derived: values("derived"), Steps: []Step{}}
		for range rapid.IntRange(0, 4).Draw(t, "steps") {
			r.Steps = append(r.Steps, Step{Move: rapid.String().Draw(t, "move"), From: "a", To: "b", Day: Day(rapid.Int32().Draw(t, "day")),
				At: Millis(rapid.Int64().Draw(t, "at")), Actor: rapid.Int64().Draw(t, "actor"), Days: rapid.Int32().Draw(t, "days"), Seq: rapid.Int64().Draw(t, "seq")})
		}
		if rapid.Bool().Draw(t, "clock") {
			r.Clocks = map[string]Clock{"handle": {Started: 5, Due: Millis(rapid.Int64().Draw(t, "due")), Late: rapid.Bool().Draw(t, "late"), Rule: rapid.String().Draw(t, "rule")}}
		}
		if rapid.Bool().Draw(t, "plan") {
			r.Plan = &Slot{Plan: "p", Key: rapid.String().Draw(t, "key"), Due: 7, Taken: rapid.Bool().Draw(t, "taken")}
		}
		if rapid.Bool().Draw(t, "tracked") {
			r.Tracked = map[string][]Dated{"grade": {{1, nil}, {2, "B"}, {3, int64(4)}, {4, true}}}
		}
		doc := r.AppendDoc(nil)
		var back Record
		if err := back.ParseDoc(doc); err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		if !reflect.DeepEqual(r, back) {
			t.Fatalf("%s\nwent in %#v\ncame out %#v", doc, r, back)
		}
	})
}

func TestParseJSONRefuses(t *testing.T) {
	for _, bad := range []string{"", "{", `{"a":1.5}`, `{"a":1,"a":2}`, `[1,]`, `"\x"`, "\"a\nb\"", `{"a":9223372036854775808}`, "{}x", "\"\xff\"", `1e3`} {
		if v, err := ParseJSON([]byte(bad)); err == nil {
			t.Errorf("%q was read as %#v", bad, v)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x",true,null,{"b":[]}],"s":"\ud83d\ude00\n"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseJSON(data)
		if err != nil {
			return
		}
		out := AppendJSON(nil, v)
		again, err := ParseJSON(out)
		if err != nil {
			t.Fatalf("%s does not read back: %v", out, err)
		}
		if string(AppendJSON(nil, again)) != string(out) {
			t.Fatalf("not canonical: %s", out)
		}
	})
}
