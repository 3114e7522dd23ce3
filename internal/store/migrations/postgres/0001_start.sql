-- +goose Up
-- The town: its head row orders its writers. doc holds what the journal's first leaf states.
CREATE TABLE town (
  town BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, simulated BIGINT NOT NULL, zone TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL, last_record BIGINT NOT NULL, last_name BIGINT NOT NULL, last_job BIGINT NOT NULL,
  edition TEXT COLLATE "C" NOT NULL, clock BIGINT NOT NULL, head TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (town)
);
-- Catalog editions, whole: path → text as JSON.
CREATE TABLE edition (town BIGINT NOT NULL, edition TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL, files TEXT COLLATE "C" NOT NULL, PRIMARY KEY (town, edition));
-- Small integers for words: types, slices, edition numbers. kind 't' type, 's' slice.
CREATE TABLE word (town BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, word TEXT COLLATE "C" NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (town, kind, word));
CREATE TABLE place (
  town BIGINT NOT NULL, id BIGINT NOT NULL, code TEXT COLLATE "C" NOT NULL, parent TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, zh TEXT COLLATE "C" NOT NULL, en TEXT COLLATE "C" NOT NULL,
  aliases TEXT COLLATE "C" NOT NULL, note TEXT COLLATE "C" NOT NULL, since BIGINT, until BIGINT, succeeds TEXT COLLATE "C" NOT NULL, shape TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (town, id), UNIQUE (town, code)
);
CREATE TABLE record (
  town BIGINT NOT NULL, id BIGINT NOT NULL, type BIGINT NOT NULL, number TEXT COLLATE "C" NOT NULL, rev BIGINT NOT NULL, stage TEXT COLLATE "C" NOT NULL, voided BIGINT NOT NULL,
  place BIGINT NOT NULL, office TEXT COLLATE "C" NOT NULL, opened BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, due BIGINT NOT NULL,
  opener BIGINT NOT NULL, holder BIGINT NOT NULL, title TEXT COLLATE "C" NOT NULL, doc JSONB NOT NULL, marks TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (town, id)
);
CREATE INDEX record_type ON record (town, type, stage, office, place, id);
CREATE INDEX record_newest ON record (town, type, voided, id);
CREATE INDEX record_opened ON record (town, type, opened);
CREATE INDEX record_due ON record (town, due, id) WHERE due > 0;
CREATE UNIQUE INDEX record_number ON record (town, number) WHERE number <> '';
-- Declared fields that are indexed: one row a value. type and field as one word.
CREATE TABLE field (town BIGINT NOT NULL, field BIGINT NOT NULL, value TEXT COLLATE "C" NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (town, field, value, record));
-- Who refers to whom: the source's field names the target.
CREATE TABLE link (town BIGINT NOT NULL, target BIGINT NOT NULL, field BIGINT NOT NULL, source BIGINT NOT NULL, PRIMARY KEY (town, target, field, source));
-- Exact counts of every list, kept with the records.
CREATE TABLE census (town BIGINT NOT NULL, type BIGINT NOT NULL, stage TEXT COLLATE "C" NOT NULL, office TEXT COLLATE "C" NOT NULL, place BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (town, type, stage, office, place));
CREATE TABLE field_census (town BIGINT NOT NULL, field BIGINT NOT NULL, value TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (town, field, value));
CREATE TABLE event (
  town BIGINT NOT NULL, seq BIGINT NOT NULL, record BIGINT NOT NULL, at BIGINT NOT NULL, day BIGINT NOT NULL, actor BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, role TEXT COLLATE "C" NOT NULL, office TEXT COLLATE "C" NOT NULL,
  op TEXT COLLATE "C" NOT NULL, command TEXT COLLATE "C" NOT NULL, cause BIGINT NOT NULL, edition BIGINT NOT NULL, rev BIGINT NOT NULL, stage TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL, marks TEXT COLLATE "C" NOT NULL, seed BYTEA NOT NULL,
  PRIMARY KEY (town, seq)
);
CREATE INDEX event_record ON event (town, record, seq);
CREATE UNIQUE INDEX event_command ON event (town, command);
-- The hash tree, 64 stored hashes a row.
CREATE TABLE tile (town BIGINT NOT NULL, tile BIGINT NOT NULL, hashes BYTEA NOT NULL, PRIMARY KEY (town, tile));
-- Figure versions and how many mark changes each has had.
CREATE TABLE figure (
  town BIGINT NOT NULL, id BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, sum TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, done_to BIGINT NOT NULL, changes BIGINT NOT NULL,
  PRIMARY KEY (town, id)
);
-- Every mark change, never removed: a later one reverses an earlier one (k → back).
CREATE TABLE mark (
  town BIGINT NOT NULL, figure BIGINT NOT NULL, day BIGINT NOT NULL, record BIGINT NOT NULL, k BIGINT NOT NULL,
  place BIGINT NOT NULL, slices TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, back BIGINT NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (town, figure, day, record, k)
);
CREATE TABLE tally (town BIGINT NOT NULL, figure BIGINT NOT NULL, slice BIGINT NOT NULL, place BIGINT NOT NULL, span BIGINT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (town, figure, slice, place, span));
CREATE TABLE seen (
  town BIGINT NOT NULL, figure BIGINT NOT NULL, slice BIGINT NOT NULL, place BIGINT NOT NULL, year BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (town, figure, slice, place, year, key, day)
);
-- Sealed fields; field '' is the record's wrapped key.
CREATE TABLE sealed (town BIGINT NOT NULL, record BIGINT NOT NULL, field TEXT COLLATE "C" NOT NULL, box BYTEA NOT NULL, PRIMARY KEY (town, record, field));
CREATE TABLE serial (town BIGINT NOT NULL, series TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (town, series));
-- Town data: rule rows, calendars, targets, published values, people, posts, tokens.
CREATE TABLE datum (town BIGINT NOT NULL, register TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (town, register, key));
CREATE TABLE job (
  town BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, due BIGINT NOT NULL, record BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL, tries BIGINT NOT NULL, fault TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (town, id)
);
CREATE INDEX job_due ON job (town, due, id);
CREATE UNIQUE INDEX job_key ON job (town, kind, key);
CREATE INDEX job_record ON job (town, record, id) WHERE record > 0;
CREATE TABLE blob (town BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, size BIGINT NOT NULL, mime TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (town, hash));
CREATE TABLE session (town BIGINT NOT NULL, token TEXT COLLATE "C" NOT NULL, person BIGINT NOT NULL, since BIGINT NOT NULL, seen BIGINT NOT NULL, agent TEXT COLLATE "C" NOT NULL, PRIMARY KEY (town, token));
-- Chinese full text: a space between Han characters.
CREATE TABLE search (town BIGINT NOT NULL, record BIGINT NOT NULL, words TSVECTOR NOT NULL, PRIMARY KEY (town, record));
CREATE INDEX search_words ON search USING gin (words);
