package api

import (
	"encoding/json"
	"net/http"

	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
)

type object = map[string]any

// openapi describes the API with the types of the catalog in force: OpenAPI 3.1.
func (s *server) openapi(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(describe(s.hall.View().Cat)) // the client went away: nothing to do
}

// describe generates the document from the catalog.
func describe(cat *catalog.Catalog) object {
	schemas := object{
		"Problem": object{"type": "object", "properties": object{"kind": object{"type": "string", "enum": []string{"invalid", "denied", "missing", "conflict", "stale", "busy", "internal"}}, "title": text(), "status": object{"type": "integer"}, "detail": text(), "zh": text(), "en": text(), "field": text(),
			"more": object{"type": "array", "items": object{"type": "object", "properties": object{"field": text(), "zh": text(), "en": text()}}}, "id": text()}},
		"Answer": object{"type": "object", "properties": object{"id": text(), "number": text(), "rev": text(), "stage": text(), "seq": text(), "opened": object{"type": "array", "items": text()}, "again": object{"type": "boolean"}}},
		"Figure": object{"type": "object", "properties": object{"key": text(), "zh": text(), "en": text(), "kind": text(), "value": decimal(), "unit": text(), "status": text(), "last_year": decimal(), "yoy": decimal(), "target_shape": text(), "target_value": decimal(), "records": decimal()}},
		"File":   object{"type": "object", "properties": object{"file": object{"type": "string", "pattern": "^[0-9a-f]{64}$"}, "size": decimal(), "type": text(), "name": text(), "days": decimal()}},
	}
	key := object{"name": "Idempotency-Key", "in": "header", "schema": object{"type": "string", "maxLength": 64}, "description": "id of the command: sent twice, it happens once and gets the same answer; with another command it is a conflict"}
	paths := object{
		"/api/v1/types":        object{"get": operation("types", "types that the token may see", nil, nil)},
		"/api/v1/records/{id}": object{"get": operation("read", "one record", []any{parameter("id", "path")}, nil)},
		"/api/v1/figures":      object{"get": operation("figures", "all figures of a period and place", queries(figuresAsk), nil)},
		"/api/v1/figures/{key}": object{"get": operation("figure", "one figure, its formula and the records that make it up",
			append([]any{parameter("key", "path")}, queries(figureAsks)...), nil)},
		"/api/v1/files": object{"post": upload()},
	}
	for _, name := range cat.TypeOrder {
		t := cat.Types[name]
		fields, sealed, required := object{}, object{}, []string{}
		for _, f := range t.Fields {
			if f.Retired || f.Origin != catalog.Typed && f.Origin != catalog.Copied {
				continue
			}
			if hall.SealedField(f) {
				sealed[f.Key] = object{"type": "string", "title": f.Label.Zh}
				continue
			}
			fields[f.Key] = schemaOf(f)
			if f.Required && f.Default == nil {
				required = append(required, f.Key)
			}
		}
		schemas[name] = object{"type": "object", "title": t.Label.Zh + " / " + t.Label.In("en"), "properties": fields, "required": required}
		body := object{"type": "object", "properties": object{"fields": object{"$ref": "#/components/schemas/" + name}, "sealed": object{"type": "object", "properties": sealed}, "reason": text(), "note": text()}}
		path := "/api/v1/types/" + name + "/records"
		paths[path] = object{
			"get":  operation("list_"+name, "list: "+t.Label.Zh+" / "+t.Label.In("en"), queries(listAsks), nil),
			"post": operation("create_"+name, "open: "+t.Label.Zh+" / "+t.Label.In("en"), []any{key}, body),
		}
		for _, m := range t.Moves {
			if len(m.By) == 0 {
				continue
			}
			needs := object{}
			for _, f := range m.Fields(t) {
				if !hall.SealedField(f) {
					needs[f.Key] = schemaOf(f)
				}
			}
			move := "/api/v1/records/{id}/moves/" + m.Key
			if have, ok := paths[move].(object); ok { // moves of one name in several types
				op := have["post"].(object)
				op["summary"] = op["summary"].(string) + "; " + t.Label.In("en") + ": " + m.Label.In("en")
				continue
			}
			paths[move] = object{"post": operation("move_"+m.Key, t.Label.In("en")+": "+m.Label.In("en"), []any{parameter("id", "path"), key},
				object{"type": "object", "properties": object{"rev": text(), "fields": object{"type": "object", "properties": needs}, "sealed": object{"type": "object"}, "reason": text(), "note": text(), "days": text()}})}
		}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "Zhenwu " + cat.Name.In("en"), "version": cat.Edition[:min(12, len(cat.Edition))],
			"description": "Numbers are decimal strings, \"\" when unknown. Errors are application/problem+json with the sentence in Chinese and English."},
		"components": object{"schemas": schemas, "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
		"security":   []any{object{"token": []any{}}},
		"paths":      paths,
	}
}

func text() object    { return object{"type": "string"} }
func decimal() object { return object{"type": "string", "pattern": `^([+-]?[0-9]+(\.[0-9]+)?)?$`} }

func parameter(name, in string) object {
	return object{"name": name, "in": in, "required": in == "path", "schema": text()}
}

func queries(names []string) []any {
	out := make([]any, len(names))
	for i, name := range names {
		out[i] = parameter(name, "query")
	}
	return out
}

// upload describes how a file is handed in.
func upload() object {
	op := operation("upload", "hand a file in; a command names it by its hash", queries(fileAsks), nil)
	binary := object{"type": "string", "format": "binary"}
	op["requestBody"] = object{"required": true, "content": object{"application/octet-stream": object{"schema": binary},
		"multipart/form-data": object{"schema": object{"type": "object", "properties": object{"file": binary}}}}}
	return op
}

func operation(id, summary string, parameters []any, body object) object {
	op := object{"operationId": id, "summary": summary, "responses": object{
		"2XX":     object{"description": "done", "content": object{"application/json": object{"schema": object{"type": "object"}}}},
		"default": object{"description": "refused", "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}}}}
	if parameters != nil {
		op["parameters"] = parameters
	}
	if body != nil {
		op["requestBody"] = object{"content": object{"application/json": object{"schema": body}}}
	}
	return op
}

// schemaOf describes a field.
func schemaOf(f *catalog.Field) object {
	s := object{"title": f.Label.Zh + " / " + f.Label.In("en"), "type": "string"}
	switch {
	case isNumber(f):
		s["pattern"] = `^-?[0-9]+(\.[0-9]+)?$`
		if f.Unit != "" {
			s["description"] = f.Unit
		}
	case f.Type == catalog.Bool:
		s["type"] = "boolean"
	case f.Type == catalog.Flags || f.Type == catalog.Offices:
		s["type"], s["items"] = "array", text()
	case f.Type == catalog.LinesType:
		cols := object{}
		for _, c := range f.Columns {
			cols[c.Key] = schemaOf(c)
		}
		s["type"], s["items"] = "array", object{"type": "object", "properties": cols}
	case f.Type == catalog.Date:
		s["format"] = "date"
	case f.Type == catalog.ChoiceType && f.List != nil:
		var keys []string
		for _, it := range f.List.Items {
			if !it.Retired {
				keys = append(keys, it.Key)
			}
		}
		s["enum"] = keys
	}
	return s
}
