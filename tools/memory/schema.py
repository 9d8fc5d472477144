"""The tables of a library's SQLite file, as steps from one version to the next.

    videos ── clips, work, memories, replies (deleted with their video)
    memories ── vectors (one a space: text, visual), words (full text; same key)
    outbox: what the vector stores have not been told yet. Written in the transaction that changes
            `vectors`, cleared when the store has it: a crash in between loses nothing.

A statement ends with `;` at the end of a line. Never edit a step that was released: add one.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE videos (id TEXT PRIMARY KEY, data TEXT NOT NULL, complete INTEGER NOT NULL, added REAL NOT NULL);
CREATE TABLE clips (
  video_id TEXT NOT NULL REFERENCES videos(id) ON DELETE CASCADE,
  level TEXT NOT NULL, number INTEGER NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL, parent INTEGER,
  PRIMARY KEY (video_id, level, number)) WITHOUT ROWID;
CREATE TABLE work (
  video_id TEXT NOT NULL REFERENCES videos(id) ON DELETE CASCADE,
  stage TEXT NOT NULL, unit TEXT NOT NULL, detail TEXT,
  PRIMARY KEY (video_id, stage, unit)) WITHOUT ROWID;
CREATE TABLE memories (
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
  video_id TEXT NOT NULL REFERENCES videos(id) ON DELETE CASCADE,
  start_s REAL NOT NULL, end_s REAL NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL,
  source TEXT NOT NULL, text TEXT NOT NULL, meta TEXT NOT NULL);
CREATE INDEX memories_by_time ON memories (video_id, start_s);
CREATE TABLE vectors (
  key INTEGER NOT NULL REFERENCES memories(key) ON DELETE CASCADE,
  space TEXT NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (space, key)) WITHOUT ROWID;
CREATE INDEX vectors_by_key ON vectors (key);
CREATE VIRTUAL TABLE words USING fts5(text,
  tokenize = "porter unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'");
CREATE TRIGGER memories_forget AFTER DELETE ON memories BEGIN DELETE FROM words WHERE rowid = old.key; END;
CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, space TEXT NOT NULL, id TEXT NOT NULL);
CREATE TRIGGER vectors_made AFTER INSERT ON vectors BEGIN
  INSERT INTO outbox (space, id) SELECT new.space, id FROM memories WHERE key = new.key; END;
CREATE TRIGGER vectors_gone BEFORE DELETE ON memories BEGIN
  INSERT INTO outbox (space, id) SELECT space, old.id FROM vectors WHERE key = old.key; END;
CREATE TABLE replies (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (id TEXT PRIMARY KEY, question TEXT NOT NULL, created TEXT NOT NULL, data TEXT NOT NULL)
"""

_REPLIES_BELONG_TO_VIDEOS = """
ALTER TABLE replies ADD COLUMN video_id TEXT REFERENCES videos(id) ON DELETE CASCADE;
CREATE INDEX replies_by_video ON replies (video_id)
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _REPLIES_BELONG_TO_VIDEOS)
"""`MIGRATIONS[n]` brings version n to version n + 1."""
