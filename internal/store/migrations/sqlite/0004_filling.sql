-- +goose Up
-- Indexed fields that a new edition asks for: the rows of records up to done_to stand, and lists do without them until all do.
CREATE TABLE filling (town INTEGER NOT NULL, field INTEGER NOT NULL, done_to INTEGER NOT NULL, PRIMARY KEY (town, field)) WITHOUT ROWID;
