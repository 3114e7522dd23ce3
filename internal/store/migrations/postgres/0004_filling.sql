-- +goose Up
-- Indexed fields that a new edition asks for: the rows of records up to done_to stand, and lists do without them until all do.
CREATE TABLE filling (town BIGINT NOT NULL, field BIGINT NOT NULL, done_to BIGINT NOT NULL, PRIMARY KEY (town, field));
