-- The engine's file. Amounts are base units; times are milliseconds since 1970; ids and signatures are raw bytes.
-- Enumerations without a CHECK grow with the program; the program refuses a word that it does not know.

-- Double entry. Postings are inserted before their entry, so that the entry's trigger sees them all; the deferred
-- foreign key refuses to commit postings without one.

CREATE TABLE account (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    currency TEXT    NOT NULL CHECK (currency IN ('io', 'sol')),
    UNIQUE (name, currency)
) STRICT;

INSERT INTO account (name, currency)
SELECT names.column1, currencies.column1
FROM (VALUES ('wallet'), ('stake'), ('cooling'), ('escrow'), ('income:lease'), ('expense:lease'), ('fees'),
             ('faucet'), ('adjustment')) AS names,
     (VALUES ('io'), ('sol')) AS currencies;

CREATE TABLE entry (
    id              INTEGER NOT NULL PRIMARY KEY,
    at_ms           INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('pending', 'submitted', 'confirmed', 'final', 'void')),
    idempotency_key TEXT    NOT NULL UNIQUE CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    lease           BLOB    CHECK (lease IS NULL OR length(lease) = 32),
    note            TEXT    NOT NULL,
    signature       BLOB    CHECK (signature IS NULL OR length(signature) = 64),
    reverses        INTEGER UNIQUE REFERENCES entry (id)
) STRICT;

CREATE INDEX entry_by_lease ON entry (lease) WHERE lease IS NOT NULL;
CREATE INDEX entry_by_time ON entry (at_ms);

CREATE TABLE posting (
    entry   INTEGER NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    account INTEGER NOT NULL REFERENCES account (id),
    amount  INTEGER NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX posting_by_account ON posting (account);

CREATE TRIGGER posting_only_before_its_entry BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'the entry is complete'); END;

CREATE TRIGGER posting_never_changes BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;

CREATE TRIGGER posting_never_goes BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;

CREATE TRIGGER entry_never_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR idempotency_key = NEW.idempotency_key)
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER entry_balances AFTER INSERT ON entry
WHEN (SELECT COUNT(*) FROM posting WHERE entry = NEW.id) < 2
    OR EXISTS (SELECT 1 FROM posting JOIN account ON account.id = posting.account
               WHERE posting.entry = NEW.id GROUP BY account.currency HAVING SUM(posting.amount) <> 0)
BEGIN SELECT RAISE(ABORT, 'the postings of an entry must add up to zero in each currency'); END;

CREATE TRIGGER entry_reversal_mirrors AFTER INSERT ON entry
WHEN NEW.reverses IS NOT NULL AND (NEW.state <> 'void'
    OR EXISTS (SELECT 1 FROM posting WHERE entry IN (NEW.id, NEW.reverses) GROUP BY account HAVING SUM(amount) <> 0))
BEGIN SELECT RAISE(ABORT, 'a reversing entry mirrors what it reverses'); END;

CREATE TRIGGER entry_never_changes
BEFORE UPDATE OF id, at_ms, kind, idempotency_key, lease, note, reverses ON entry
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TRIGGER entry_signature_stays BEFORE UPDATE OF signature ON entry
WHEN OLD.signature IS NOT NULL AND NEW.signature IS NOT OLD.signature
BEGIN SELECT RAISE(ABORT, 'an entry keeps its signature'); END;

CREATE TRIGGER entry_state_goes_forward BEFORE UPDATE OF state ON entry
WHEN NEW.state <> OLD.state AND (OLD.state IN ('final', 'void')
    OR instr('pending submitted confirmed final void', NEW.state)
     < instr('pending submitted confirmed final void', OLD.state))
BEGIN SELECT RAISE(ABORT, 'an entry''s state only goes forward'); END;

CREATE TRIGGER entry_void_is_reversed BEFORE UPDATE OF state ON entry
WHEN NEW.state = 'void' AND NOT EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a void entry needs its reversing entry'); END;

CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

-- Transactions between the decision and the chain's last word.

CREATE TABLE outbox (
    id                      INTEGER NOT NULL PRIMARY KEY,
    kind                    TEXT    NOT NULL,
    idempotency_key         TEXT    NOT NULL UNIQUE CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    lease                   BLOB    CHECK (lease IS NULL OR length(lease) = 32),
    signed_transaction      BLOB    NOT NULL,
    signature               BLOB    NOT NULL UNIQUE CHECK (length(signature) = 64),
    last_valid_block_height INTEGER NOT NULL,
    state                   TEXT    NOT NULL
        CHECK (state IN ('prepared', 'sent', 'confirmed', 'final', 'expired', 'failed')),
    created_at              INTEGER NOT NULL,
    error                   TEXT
) STRICT;

CREATE INDEX outbox_unfinished ON outbox (id) WHERE state IN ('prepared', 'sent', 'confirmed');

CREATE TABLE outbox_entry (
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    entry  INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (outbox, entry)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outbox_never_changes
BEFORE UPDATE OF id, kind, idempotency_key, lease, signed_transaction, signature, last_valid_block_height, created_at
ON outbox
BEGIN SELECT RAISE(ABORT, 'a prepared transaction stays as it is'); END;

CREATE TRIGGER outbox_never_goes BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'the outbox is append-only'); END;

-- Leases. One engine can be both sides of one lease.

CREATE TABLE lease (
    id                   BLOB    NOT NULL CHECK (length(id) = 32),
    side                 TEXT    NOT NULL CHECK (side IN ('provider', 'renter')),
    stage                TEXT    NOT NULL
        CHECK (stage IN ('opening', 'connecting', 'running', 'settling', 'closed', 'abandoned')),
    quote                TEXT    NOT NULL,
    node_signature       BLOB    NOT NULL CHECK (length(node_signature) = 64),
    session_secret       BLOB,
    device_name          TEXT    NOT NULL,
    title                TEXT    NOT NULL,
    mesh_address         TEXT,
    exit_code            INTEGER,
    voucher_amount       INTEGER NOT NULL DEFAULT 0,
    voucher_seconds      INTEGER NOT NULL DEFAULT 0,
    voucher_signature    BLOB    CHECK (voucher_signature IS NULL OR length(voucher_signature) = 64),
    acknowledged_amount  INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged_amount <= voucher_amount),
    acknowledged_seconds INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged_seconds <= voucher_seconds),
    end_reason           TEXT,
    end_detail           TEXT,
    final_amount         INTEGER,
    final_seconds        INTEGER,
    node_close_signature BLOB    CHECK (node_close_signature IS NULL OR length(node_close_signature) = 64),
    paid                 INTEGER,
    refunded             INTEGER,
    opened_at            INTEGER NOT NULL,
    closed_at            INTEGER,
    open_signature       BLOB    CHECK (open_signature IS NULL OR length(open_signature) = 64),
    close_signature      BLOB    CHECK (close_signature IS NULL OR length(close_signature) = 64),
    PRIMARY KEY (id, side)
) STRICT;

CREATE INDEX lease_by_time ON lease (opened_at);

CREATE TRIGGER lease_voucher_only_grows BEFORE UPDATE OF voucher_amount, voucher_seconds ON lease
WHEN NEW.voucher_amount < OLD.voucher_amount OR NEW.voucher_seconds < OLD.voucher_seconds
BEGIN SELECT RAISE(ABORT, 'a voucher only grows'); END;

CREATE TRIGGER lease_stage_goes_forward BEFORE UPDATE OF stage ON lease
WHEN NEW.stage <> OLD.stage AND (OLD.stage IN ('closed', 'abandoned')
    OR (NEW.stage = 'abandoned' AND OLD.stage <> 'opening')
    OR instr('opening connecting running settling closed abandoned', NEW.stage)
     < instr('opening connecting running settling closed abandoned', OLD.stage))
BEGIN SELECT RAISE(ABORT, 'a lease''s stage only goes forward'); END;

-- Apart from the lease, because a job can be large.
CREATE TABLE lease_job (
    lease BLOB NOT NULL,
    side  TEXT NOT NULL,
    job   TEXT NOT NULL,
    PRIMARY KEY (lease, side),
    FOREIGN KEY (lease, side) REFERENCES lease (id, side)
) STRICT;

-- Output of deployments, the renter's side.

CREATE TABLE output (
    lease         BLOB    NOT NULL PRIMARY KEY CHECK (length(lease) = 32),
    next_sequence INTEGER NOT NULL,
    kept_bytes    INTEGER NOT NULL
) STRICT;

CREATE TABLE output_chunk (
    lease    BLOB    NOT NULL REFERENCES output (lease),
    sequence INTEGER NOT NULL,
    stream   TEXT    NOT NULL CHECK (stream IN ('stdout', 'stderr')),
    bytes    INTEGER NOT NULL,
    text     TEXT    NOT NULL,
    PRIMARY KEY (lease, sequence)
) STRICT;

CREATE TABLE result_file (
    lease   BLOB    NOT NULL CHECK (length(lease) = 32),
    name    TEXT    NOT NULL,
    bytes   INTEGER NOT NULL,
    content BLOB    NOT NULL,
    PRIMARY KEY (lease, name)
) STRICT;

-- Quotes between asking and deploying.

CREATE TABLE quote (
    lease          BLOB    NOT NULL CHECK (length(lease) = 32),
    side           TEXT    NOT NULL CHECK (side IN ('provider', 'renter')),
    quote          TEXT    NOT NULL,
    node_signature BLOB    NOT NULL CHECK (length(node_signature) = 64),
    session_secret BLOB,
    expires_at     INTEGER NOT NULL,
    PRIMARY KEY (lease, side)
) STRICT;

CREATE INDEX quote_by_expiry ON quote (side, expires_at);

-- The machine.

CREATE TABLE device (
    id        BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    benchmark TEXT,
    lend      INTEGER NOT NULL DEFAULT 1 CHECK (lend IN (0, 1))
) STRICT;

CREATE TABLE settings (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    json TEXT    NOT NULL
) STRICT;

CREATE TABLE counter (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
