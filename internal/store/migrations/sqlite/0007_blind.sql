-- +goose Up
-- A box lies under the reference by which an event names it; one that came before this has its field there until the hall
-- has given it its reference. ref '' is the record's wrapped key.
ALTER TABLE sealed RENAME TO boxes;
CREATE TABLE sealed (town INTEGER NOT NULL, record INTEGER NOT NULL, ref TEXT NOT NULL, field TEXT NOT NULL, box BLOB NOT NULL, PRIMARY KEY (town, record, ref));
INSERT INTO sealed (town, record, ref, field, box) SELECT town, record, field, field, box FROM boxes;
DROP TABLE boxes;
-- Blind indexes of sealed fields that name a person: what is found by a keyed hash, and the word that equal values share.
CREATE TABLE blind (town INTEGER NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL, token TEXT NOT NULL, kin TEXT NOT NULL, PRIMARY KEY (town, record, field)) WITHOUT ROWID;
CREATE INDEX blind_token ON blind (town, field, token, record, kin);
INSERT INTO job (town, id, kind, due, record, key, body, tries, fault) SELECT town, last_job + 1, 'reseal', 0, 0, 'all', '', 0, '0' FROM town WHERE last_record > 0;
UPDATE town SET last_job = last_job + 1 WHERE last_record > 0;
