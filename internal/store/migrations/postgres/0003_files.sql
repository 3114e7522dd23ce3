-- +goose Up
-- Files that a person handed in and no record has taken yet.
CREATE TABLE upload (town BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (town, hash, person));
-- The records that name a file, or once named it.
CREATE TABLE attachment (town BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (town, hash, record));
INSERT INTO attachment (town, hash, record)
SELECT b.town, b.hash, r.id FROM record r CROSS JOIN LATERAL jsonb_path_query(r.doc, '$.**') AS j(atom) JOIN blob b ON b.town = r.town AND b.hash = j.atom #>> '{}' WHERE jsonb_typeof(j.atom) = 'string'
UNION SELECT b.town, b.hash, e.record FROM event e CROSS JOIN LATERAL jsonb_path_query(CAST(e.body AS JSONB), '$.**') AS j(atom) JOIN blob b ON b.town = e.town AND b.hash = j.atom #>> '{}' WHERE jsonb_typeof(j.atom) = 'string' AND e.record > 0;
