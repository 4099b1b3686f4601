-- For long histories: sums by month, so that they are not added up from all of their days; indexes that say what filters
-- ask, so that what a filter sorts out is not read; and words by note instead of by entry, so that a search that most
-- entries fit finds a few notes.

-- The sums of a month's days. A month is named by its first day.
CREATE TABLE monthly (
    month            INTEGER NOT NULL,
    kind             TEXT    NOT NULL,
    account          INTEGER NOT NULL REFERENCES account (id),
    device           BLOB    NOT NULL,
    open_entries     INTEGER NOT NULL,
    open             INTEGER NOT NULL,
    open_usd         INTEGER NOT NULL,
    open_unpriced    INTEGER NOT NULL,
    settled_entries  INTEGER NOT NULL,
    settled          INTEGER NOT NULL,
    settled_usd      INTEGER NOT NULL,
    settled_unpriced INTEGER NOT NULL,
    PRIMARY KEY (month, kind, account, device)
) STRICT, WITHOUT ROWID;

-- SQLite knows no dates after the year 9999: a day then is a month of its own.
INSERT INTO monthly
SELECT COALESCE(unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400, day), kind, account, device,
       SUM(open_entries), SUM(open), SUM(open_usd), SUM(open_unpriced),
       SUM(settled_entries), SUM(settled), SUM(settled_usd), SUM(settled_unpriced)
FROM daily GROUP BY 1, 2, 3, 4;

-- Whatever changes a day changes its month.
CREATE TRIGGER monthly_counts AFTER INSERT ON daily
BEGIN
    INSERT INTO monthly VALUES (
        COALESCE(unixepoch(NEW.day * 86400, 'unixepoch', 'start of month') / 86400, NEW.day),
        NEW.kind, NEW.account, NEW.device,
        NEW.open_entries, NEW.open, NEW.open_usd, NEW.open_unpriced,
        NEW.settled_entries, NEW.settled, NEW.settled_usd, NEW.settled_unpriced)
    ON CONFLICT DO UPDATE SET
        open_entries = open_entries + excluded.open_entries,
        open = open + excluded.open,
        open_usd = open_usd + excluded.open_usd,
        open_unpriced = open_unpriced + excluded.open_unpriced,
        settled_entries = settled_entries + excluded.settled_entries,
        settled = settled + excluded.settled,
        settled_usd = settled_usd + excluded.settled_usd,
        settled_unpriced = settled_unpriced + excluded.settled_unpriced;
END;

CREATE TRIGGER monthly_follows AFTER UPDATE ON daily
BEGIN
    UPDATE monthly SET
        open_entries = open_entries + NEW.open_entries - OLD.open_entries,
        open = open + NEW.open - OLD.open,
        open_usd = open_usd + NEW.open_usd - OLD.open_usd,
        open_unpriced = open_unpriced + NEW.open_unpriced - OLD.open_unpriced,
        settled_entries = settled_entries + NEW.settled_entries - OLD.settled_entries,
        settled = settled + NEW.settled - OLD.settled,
        settled_usd = settled_usd + NEW.settled_usd - OLD.settled_usd,
        settled_unpriced = settled_unpriced + NEW.settled_unpriced - OLD.settled_unpriced
    WHERE month = COALESCE(unixepoch(NEW.day * 86400, 'unixepoch', 'start of month') / 86400, NEW.day)
        AND kind = NEW.kind AND account = NEW.account AND device = NEW.device;
END;

-- A kind and a currency, or a device and a kind, that never met are found out without a look at their entries. The
-- number keeps the index in the order of lists.
DROP INDEX entry_by_kind;
DROP INDEX entry_by_device;
CREATE INDEX entry_by_kind ON entry (kind, at_ms, id, currency);
CREATE INDEX entry_by_device ON entry (device, at_ms, id, kind, currency) WHERE device IS NOT NULL;

-- Every note once: most are a device's name or one of our own phrases.
CREATE TABLE note (
    id   INTEGER NOT NULL PRIMARY KEY,
    text TEXT    NOT NULL UNIQUE
) STRICT;

INSERT INTO note (text) SELECT note FROM entry WHERE note <> '' AND reverses IS NULL GROUP BY note ORDER BY MIN(id);

-- The words of notes, by the note's number.
CREATE VIRTUAL TABLE note_text USING fts5 (text, content = '', detail = none);

INSERT INTO note_text (rowid, text) SELECT id, text FROM note;

DROP TRIGGER entry_text_fills;
DROP TABLE entry_text;

CREATE TRIGGER note_is_known AFTER INSERT ON entry WHEN NEW.note <> '' AND NEW.reverses IS NULL
BEGIN
    INSERT INTO note (text) VALUES (NEW.note) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER note_text_fills AFTER INSERT ON note
BEGIN
    INSERT INTO note_text (rowid, text) VALUES (NEW.id, NEW.text);
END;

-- Says all that a list adds up.
CREATE INDEX entry_by_note ON entry (note, at_ms, id, currency, kind, state, amount, usd)
WHERE reverses IS NULL AND note <> '';
