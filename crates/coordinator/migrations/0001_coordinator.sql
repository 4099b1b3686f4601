-- Everything a coordinator knows. Keys, ids and signatures are raw bytes; times are milliseconds since 1970 of the
-- coordinator's own clock; amounts are base units.

-- The last counter of every key that ever signed a request: a request is taken once.
CREATE TABLE counters (
    key     BLOB    PRIMARY KEY NOT NULL CHECK (length(key) = 32),
    counter INTEGER NOT NULL CHECK (counter >= 0),
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX counters_by_age ON counters (seen_at);

CREATE TABLE nodes (
    node          BLOB    PRIMARY KEY NOT NULL CHECK (length(node) = 32),
    wallet        BLOB    NOT NULL CHECK (length(wallet) = 32),
    registered_at INTEGER NOT NULL,
    -- The last heartbeat; 0 = none.
    beat_at       INTEGER NOT NULL DEFAULT 0,
    -- JSON of the offer and of the mesh address, as the last heartbeat gave them.
    offer         TEXT,
    address       TEXT,
    -- The offer passed every check.
    listed        BOOLEAN NOT NULL DEFAULT FALSE,
    available     BOOLEAN NOT NULL DEFAULT FALSE
) WITHOUT ROWID;
CREATE INDEX nodes_listed ON nodes (beat_at) WHERE listed;

CREATE TABLE quote_requests (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    node         BLOB    NOT NULL REFERENCES nodes (node),
    request      TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    -- When a node's inbox last carried it; 0 = never.
    delivered_at INTEGER NOT NULL DEFAULT 0,
    answer       TEXT
);
CREATE INDEX quote_requests_open ON quote_requests (node, created_at) WHERE answer IS NULL;
CREATE INDEX quote_requests_by_age ON quote_requests (created_at);

-- The devices of a lease, in the order that its quote was signed over: the chain keeps only their hash.
CREATE TABLE quoted_leases (
    lease      BLOB    PRIMARY KEY NOT NULL CHECK (length(lease) = 32),
    devices    TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What was deposited to settle a lease, and the transaction under way.
CREATE TABLE settlements (
    lease             BLOB    PRIMARY KEY NOT NULL CHECK (length(lease) = 32),
    node              BLOB    NOT NULL CHECK (length(node) = 32),
    voucher_amount    INTEGER NOT NULL DEFAULT 0 CHECK (voucher_amount >= 0),
    voucher_seconds   INTEGER NOT NULL DEFAULT 0 CHECK (voucher_seconds >= 0),
    voucher_signature BLOB,
    close_amount      INTEGER,
    close_seconds     INTEGER,
    close_signature   BLOB,
    -- The transaction that may have been sent: written before it is, cleared only when it can never run any more.
    tx_bytes          BLOB,
    tx_signature      BLOB,
    tx_last_valid     INTEGER,
    tx_closes         BOOLEAN NOT NULL DEFAULT FALSE,
    -- The chain shows the lease closed.
    closed            BOOLEAN NOT NULL DEFAULT FALSE,
    closed_by         BLOB,
    -- When a worker looks next, and how often it failed in a row.
    next_at           INTEGER NOT NULL,
    failures          INTEGER NOT NULL DEFAULT 0,
    CHECK ((voucher_signature IS NULL) = (voucher_amount = 0 AND voucher_seconds = 0)),
    CHECK ((close_signature IS NULL) = (close_amount IS NULL) AND (close_amount IS NULL) = (close_seconds IS NULL)),
    CHECK ((tx_bytes IS NULL) = (tx_signature IS NULL) AND (tx_bytes IS NULL) = (tx_last_valid IS NULL))
) WITHOUT ROWID;
CREATE INDEX settlements_due ON settlements (next_at) WHERE NOT closed;
