-- The history grows up: a third currency, prices, devices, a chain of hashes, sums by day, and a text index.
-- An entry moves one currency from here on, as every entry so far does.

-- What depends on the tables that are made anew.
DROP TRIGGER posting_only_before_its_entry;
DROP TRIGGER posting_never_changes;
DROP TRIGGER posting_never_goes;
DROP TRIGGER entry_balances;
DROP TRIGGER entry_reversal_mirrors;
DROP TRIGGER entry_never_changes;

-- What one whole unit of a currency cost, in billionths of a US dollar, when, and who said so.
CREATE TABLE price (
    id        INTEGER NOT NULL PRIMARY KEY,
    currency  TEXT    NOT NULL CHECK (currency IN ('io', 'sol', 'usdc')),
    at_ms     INTEGER NOT NULL,
    usd_nanos INTEGER NOT NULL CHECK (usd_nanos > 0),
    source    TEXT    NOT NULL CHECK (length(source) BETWEEN 1 AND 100)
) STRICT;

CREATE UNIQUE INDEX price_by_time ON price (currency, at_ms);

CREATE TRIGGER price_never_changes BEFORE UPDATE ON price
BEGIN SELECT RAISE(ABORT, 'prices are append-only'); END;

CREATE TRIGGER price_never_goes BEFORE DELETE ON price
BEGIN SELECT RAISE(ABORT, 'prices are append-only'); END;

CREATE TABLE account_new (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    currency TEXT    NOT NULL CHECK (currency IN ('io', 'sol', 'usdc')),
    UNIQUE (name, currency)
) STRICT;

INSERT INTO account_new SELECT * FROM account;
INSERT INTO account_new (name, currency) SELECT name, 'usdc' FROM account WHERE currency = 'io' ORDER BY id;
INSERT INTO account_new (name, currency)
SELECT names.column1, currencies.column1
FROM (VALUES ('income:reward'), ('received')) AS names, (VALUES ('io'), ('sol'), ('usdc')) AS currencies;

CREATE TABLE posting_new (
    entry   INTEGER NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    account INTEGER NOT NULL REFERENCES account_new (id),
    amount  INTEGER NOT NULL CHECK (amount <> 0),
    -- Worth at the entry's price, millionths of a US dollar; null when no price is known.
    usd     INTEGER,
    PRIMARY KEY (entry, account)
) STRICT, WITHOUT ROWID;

INSERT INTO posting_new SELECT entry, account, amount, NULL FROM posting;
DROP TABLE posting;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;
ALTER TABLE posting_new RENAME TO posting;

ALTER TABLE entry ADD COLUMN currency TEXT NOT NULL DEFAULT 'io' CHECK (currency IN ('io', 'sol', 'usdc'));
-- What lists show: the change of the accounts that the kind is about, base units and worth.
ALTER TABLE entry ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN usd INTEGER;
ALTER TABLE entry ADD COLUMN price INTEGER REFERENCES price (id);
ALTER TABLE entry ADD COLUMN device BLOB CHECK (device IS NULL OR length(device) = 32);

UPDATE entry SET
    currency = (SELECT MIN(account.currency) FROM posting JOIN account ON account.id = posting.account
                WHERE posting.entry = entry.id),
    amount = COALESCE((
        SELECT SUM(posting.amount) FROM posting JOIN account ON account.id = posting.account
        WHERE posting.entry = entry.id AND CASE entry.kind
            WHEN 'unstake_request' THEN account.name = 'cooling'
            WHEN 'lease_payment' THEN account.name = 'escrow'
            WHEN 'adjustment' THEN account.name IN ('wallet', 'stake', 'cooling', 'escrow')
            ELSE account.name = 'wallet' END), 0);

DROP INDEX entry_by_lease;
DROP INDEX entry_by_time;
CREATE INDEX entry_by_time ON entry (at_ms);
CREATE INDEX entry_by_kind ON entry (kind, at_ms);
CREATE INDEX entry_by_currency ON entry (currency, at_ms);
CREATE INDEX entry_by_state ON entry (state, at_ms);
CREATE INDEX entry_by_lease ON entry (lease, at_ms) WHERE lease IS NOT NULL;
CREATE INDEX entry_by_device ON entry (device, at_ms) WHERE device IS NOT NULL;
CREATE INDEX entry_by_signature ON entry (signature) WHERE signature IS NOT NULL;

-- The chain of hashes. An entry's first link stands for everything that the entry says, each later one for a state
-- it came to. `signed` = with this link the entry got its signature.
CREATE TABLE link (
    id     INTEGER NOT NULL PRIMARY KEY,
    entry  INTEGER NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    state  TEXT    NOT NULL CHECK (state IN ('pending', 'submitted', 'confirmed', 'final', 'void')),
    signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
    hash   BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX link_by_entry ON link (entry);

CREATE TRIGGER link_never_changes BEFORE UPDATE ON link
BEGIN SELECT RAISE(ABORT, 'links are append-only'); END;

CREATE TRIGGER link_never_goes BEFORE DELETE ON link
BEGIN SELECT RAISE(ABORT, 'links are append-only'); END;

CREATE TRIGGER link_only_at_the_end BEFORE INSERT ON link
WHEN NEW.id <> (SELECT COALESCE(MAX(id), 0) + 1 FROM link)
BEGIN SELECT RAISE(ABORT, 'links are append-only'); END;

-- Entries from before the chain get their links when the program opens the file: SQL cannot hash.
INSERT INTO counter (name, value)
SELECT 'ledger_unlinked', MAX(id) FROM entry HAVING MAX(id) IS NOT NULL;

-- Sums by UTC day, so that balances and statements need not read every posting. Void entries count nothing.
CREATE TABLE daily (
    day      INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    account  INTEGER NOT NULL REFERENCES account (id),
    device   BLOB    NOT NULL,
    -- On their way: how many, and how much.
    open_entries    INTEGER NOT NULL,
    open            INTEGER NOT NULL,
    open_usd        INTEGER NOT NULL,
    open_unpriced   INTEGER NOT NULL,
    -- On chain.
    settled_entries  INTEGER NOT NULL,
    settled          INTEGER NOT NULL,
    settled_usd      INTEGER NOT NULL,
    settled_unpriced INTEGER NOT NULL,
    PRIMARY KEY (day, kind, account, device)
) STRICT, WITHOUT ROWID;

INSERT INTO daily
SELECT at_ms / 86400000, kind, account, x'',
       SUM(state IN ('pending', 'submitted')),
       SUM(CASE WHEN state IN ('pending', 'submitted') THEN posting.amount ELSE 0 END), 0,
       SUM(state IN ('pending', 'submitted')),
       SUM(state IN ('confirmed', 'final')),
       SUM(CASE WHEN state IN ('confirmed', 'final') THEN posting.amount ELSE 0 END), 0,
       SUM(state IN ('confirmed', 'final'))
FROM entry JOIN posting ON posting.entry = entry.id
WHERE state <> 'void'
GROUP BY 1, 2, 3;

CREATE TRIGGER daily_counts AFTER INSERT ON entry WHEN NEW.state <> 'void'
BEGIN
    INSERT INTO daily
    SELECT NEW.at_ms / 86400000, NEW.kind, account, COALESCE(NEW.device, x''),
           open, open * amount, open * COALESCE(usd, 0), open * (usd IS NULL),
           1 - open, (1 - open) * amount, (1 - open) * COALESCE(usd, 0), (1 - open) * (usd IS NULL)
    FROM (SELECT account, amount, usd, NEW.state IN ('pending', 'submitted') AS open
          FROM posting WHERE entry = NEW.id) AS new
    WHERE TRUE
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

-- From one of the three (on its way, settled, void) to another, in whichever direction.
CREATE TRIGGER daily_moves AFTER UPDATE OF state ON entry WHEN NEW.state <> OLD.state
BEGIN
    UPDATE daily SET
        open_entries = open_entries + moved.opens,
        open = open + moved.opens * moved.amount,
        open_usd = open_usd + moved.opens * moved.usd,
        open_unpriced = open_unpriced + moved.opens * moved.unpriced,
        settled_entries = settled_entries + moved.settles,
        settled = settled + moved.settles * moved.amount,
        settled_usd = settled_usd + moved.settles * moved.usd,
        settled_unpriced = settled_unpriced + moved.settles * moved.unpriced
    FROM (SELECT account, amount, COALESCE(usd, 0) AS usd, usd IS NULL AS unpriced,
                 (NEW.state IN ('pending', 'submitted')) - (OLD.state IN ('pending', 'submitted')) AS opens,
                 (NEW.state IN ('confirmed', 'final')) - (OLD.state IN ('confirmed', 'final')) AS settles
          FROM posting WHERE entry = NEW.id) AS moved
    WHERE daily.day = NEW.at_ms / 86400000 AND daily.kind = NEW.kind AND daily.account = moved.account
        AND daily.device = COALESCE(NEW.device, x'');
END;

-- Words of notes, by the entry's number.
CREATE VIRTUAL TABLE entry_text USING fts5 (note, content = '', detail = none);

INSERT INTO entry_text (rowid, note) SELECT id, note FROM entry WHERE note <> '' AND reverses IS NULL;

CREATE TRIGGER entry_text_fills AFTER INSERT ON entry WHEN NEW.note <> '' AND NEW.reverses IS NULL
BEGIN
    INSERT INTO entry_text (rowid, note) VALUES (NEW.id, NEW.note);
END;

-- The rules of the first version over the new tables, and the new ones.
CREATE TRIGGER posting_only_before_its_entry BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'the entry is complete'); END;

CREATE TRIGGER posting_never_changes BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;

CREATE TRIGGER posting_never_goes BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;

CREATE TRIGGER entry_balances AFTER INSERT ON entry
WHEN (SELECT COUNT(*) < 2 OR SUM(posting.amount) <> 0 OR SUM(account.currency <> NEW.currency) > 0
      FROM posting JOIN account ON account.id = posting.account WHERE posting.entry = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the postings of an entry are of its currency and add up to zero'); END;

CREATE TRIGGER entry_reversal_mirrors AFTER INSERT ON entry
WHEN NEW.reverses IS NOT NULL AND (NEW.state <> 'void'
    OR EXISTS (SELECT 1 FROM posting WHERE entry IN (NEW.id, NEW.reverses) GROUP BY account HAVING SUM(amount) <> 0))
BEGIN SELECT RAISE(ABORT, 'a reversing entry mirrors what it reverses'); END;

CREATE TRIGGER entry_is_linked AFTER INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM link WHERE entry = NEW.id AND state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'an entry needs its link'); END;

CREATE TRIGGER entry_state_is_linked AFTER UPDATE OF state ON entry
WHEN NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM link WHERE entry = NEW.id AND state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'a state needs its link'); END;

CREATE TRIGGER entry_never_changes
BEFORE UPDATE OF id, at_ms, kind, idempotency_key, lease, note, reverses, currency, amount, usd, price, device ON entry
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
