CREATE TABLE attachment (town INTEGER NOT NULL, hash TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (town, hash, record)) WITHOUT ROWID;
CREATE TABLE blind (town INTEGER NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL, token TEXT NOT NULL, kin TEXT NOT NULL, PRIMARY KEY (town, record, field)) WITHOUT ROWID;
CREATE TABLE blob (town INTEGER NOT NULL, hash TEXT NOT NULL, size INTEGER NOT NULL, mime TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (town, hash));
CREATE TABLE census (town INTEGER NOT NULL, type INTEGER NOT NULL, stage TEXT NOT NULL, office TEXT NOT NULL, place INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (town, type, stage, office, place)) WITHOUT ROWID;
CREATE TABLE datum (town INTEGER NOT NULL, register TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (town, register, key)) WITHOUT ROWID;
CREATE TABLE edition (town INTEGER NOT NULL, edition TEXT NOT NULL, since INTEGER NOT NULL, files TEXT NOT NULL, PRIMARY KEY (town, edition));
CREATE TABLE event (
  town INTEGER NOT NULL, seq INTEGER NOT NULL, record INTEGER NOT NULL, at INTEGER NOT NULL, day INTEGER NOT NULL, actor INTEGER NOT NULL, kind TEXT NOT NULL, role TEXT NOT NULL, office TEXT NOT NULL,
  op TEXT NOT NULL, command TEXT NOT NULL, cause INTEGER NOT NULL, edition INTEGER NOT NULL, rev INTEGER NOT NULL, stage TEXT NOT NULL, body TEXT NOT NULL, marks TEXT NOT NULL, seed BLOB NOT NULL,
  PRIMARY KEY (town, seq)
);
CREATE TABLE field (town INTEGER NOT NULL, field INTEGER NOT NULL, value TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (town, field, value, record)) WITHOUT ROWID;
CREATE TABLE field_census (town INTEGER NOT NULL, field INTEGER NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (town, field, value)) WITHOUT ROWID;
CREATE TABLE figure (
  town INTEGER NOT NULL, id INTEGER NOT NULL, key TEXT NOT NULL, sum TEXT NOT NULL, since INTEGER NOT NULL, state TEXT NOT NULL, done_to INTEGER NOT NULL, changes INTEGER NOT NULL,
  PRIMARY KEY (town, id)
) WITHOUT ROWID;
CREATE TABLE filling (town INTEGER NOT NULL, field INTEGER NOT NULL, done_to INTEGER NOT NULL, PRIMARY KEY (town, field)) WITHOUT ROWID;
CREATE TABLE job (
  town INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, due INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, tries INTEGER NOT NULL, fault TEXT NOT NULL,
  PRIMARY KEY (town, id)
) WITHOUT ROWID;
CREATE TABLE link (town INTEGER NOT NULL, target INTEGER NOT NULL, field INTEGER NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (town, target, field, source)) WITHOUT ROWID;
CREATE TABLE mark (
  town INTEGER NOT NULL, figure INTEGER NOT NULL, day INTEGER NOT NULL, record INTEGER NOT NULL, k INTEGER NOT NULL,
  place INTEGER NOT NULL, slices TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, back INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (town, figure, day, record, k)
) WITHOUT ROWID;
CREATE TABLE place (
  town INTEGER NOT NULL, id INTEGER NOT NULL, code TEXT NOT NULL, parent TEXT NOT NULL, kind TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  aliases TEXT NOT NULL, note TEXT NOT NULL, since INTEGER, until INTEGER, succeeds TEXT NOT NULL, shape TEXT NOT NULL,
  PRIMARY KEY (town, id), UNIQUE (town, code)
) WITHOUT ROWID;
CREATE TABLE record (
  town INTEGER NOT NULL, id INTEGER NOT NULL, type INTEGER NOT NULL, number TEXT NOT NULL, rev INTEGER NOT NULL, stage TEXT NOT NULL, voided INTEGER NOT NULL,
  place INTEGER NOT NULL, office TEXT NOT NULL, opened INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, due INTEGER NOT NULL,
  opener INTEGER NOT NULL, holder INTEGER NOT NULL, title TEXT NOT NULL, doc TEXT NOT NULL, marks TEXT NOT NULL,
  PRIMARY KEY (town, id)
);
CREATE TABLE sealed (town INTEGER NOT NULL, record INTEGER NOT NULL, ref TEXT NOT NULL, field TEXT NOT NULL, box BLOB NOT NULL, PRIMARY KEY (town, record, ref));
CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, tokenize='unicode61');
CREATE TABLE seen (
  town INTEGER NOT NULL, figure INTEGER NOT NULL, slice INTEGER NOT NULL, place INTEGER NOT NULL, year INTEGER NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (town, figure, slice, place, year, key, day)
) WITHOUT ROWID;
CREATE TABLE serial (town INTEGER NOT NULL, series TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (town, series)) WITHOUT ROWID;
CREATE TABLE session (town INTEGER NOT NULL, token TEXT NOT NULL, person INTEGER NOT NULL, since INTEGER NOT NULL, seen INTEGER NOT NULL, agent TEXT NOT NULL, PRIMARY KEY (town, token)) WITHOUT ROWID;
CREATE TABLE tally (town INTEGER NOT NULL, figure INTEGER NOT NULL, slice INTEGER NOT NULL, place INTEGER NOT NULL, span INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (town, figure, slice, place, span)) WITHOUT ROWID;
CREATE TABLE tile (town INTEGER NOT NULL, tile INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (town, tile)) WITHOUT ROWID;
CREATE TABLE town (
  town INTEGER NOT NULL, name TEXT NOT NULL, simulated INTEGER NOT NULL, zone TEXT NOT NULL,
  seq INTEGER NOT NULL, last_record INTEGER NOT NULL, last_name INTEGER NOT NULL, last_job INTEGER NOT NULL,
  edition TEXT NOT NULL, clock INTEGER NOT NULL, head TEXT NOT NULL,
  PRIMARY KEY (town)
) WITHOUT ROWID;
CREATE TABLE upload (town INTEGER NOT NULL, hash TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (town, hash, person)) WITHOUT ROWID;
CREATE TABLE word (town INTEGER NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (town, kind, word)) WITHOUT ROWID;
CREATE INDEX blind_token ON blind (town, field, token, record, kin);
CREATE UNIQUE INDEX event_command ON event (town, command);
CREATE INDEX event_record ON event (town, record, seq);
CREATE INDEX job_due ON job (town, due, id);
CREATE UNIQUE INDEX job_key ON job (town, kind, key);
CREATE INDEX job_record ON job (town, record, id) WHERE record > 0;
CREATE INDEX record_due ON record (town, due, id) WHERE due > 0;
CREATE INDEX record_newest ON record (town, type, voided, id, stage, office, place, opened, jsonb_remove(doc, '$.c', '$.s'));
CREATE UNIQUE INDEX record_number ON record (town, number) WHERE number <> '';
CREATE INDEX record_opened ON record (town, type, opened);
CREATE INDEX record_type ON record (town, type, stage, office, place, id);
