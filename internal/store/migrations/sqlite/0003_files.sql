-- +goose Up
-- Files that a person handed in and no record has taken yet.
CREATE TABLE upload (town INTEGER NOT NULL, hash TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (town, hash, person)) WITHOUT ROWID;
-- The records that name a file, or once named it. CROSS JOIN keeps the planner from walking all records for each file.
CREATE TABLE attachment (town INTEGER NOT NULL, hash TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (town, hash, record)) WITHOUT ROWID;
INSERT INTO attachment (town, hash, record)
SELECT b.town, b.hash, r.id FROM record r CROSS JOIN json_tree(r.doc) AS j CROSS JOIN blob b ON b.town = r.town AND b.hash = j.atom WHERE j.type = 'text'
UNION SELECT b.town, b.hash, e.record FROM event e CROSS JOIN json_tree(e.body) AS j CROSS JOIN blob b ON b.town = e.town AND b.hash = j.atom WHERE j.type = 'text' AND e.record > 0;
