-- +goose Up
-- The words of the full text as they stand, record by record: what fsck reads. It stores nothing of its own.
CREATE VIRTUAL TABLE search_word USING fts5vocab(search, 'instance');
