-- One row: what the chain's clock and blockhashes are derived from.
CREATE TABLE chain (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    genesis_ms      INTEGER NOT NULL, -- Unix milliseconds of the first slot
    seed            BLOB    NOT NULL, -- 32 random bytes; every blockhash is a hash of it and a slot
    offset_ms       INTEGER NOT NULL, -- how far the clock was moved ahead of the wall clock
    chain_ms        INTEGER NOT NULL, -- Unix milliseconds the chain had reached when something was last written
    complete        INTEGER NOT NULL  -- 0 until genesis has run to its end
) STRICT;

-- Accounts that differ from those a fresh SVM comes with. 64-bit values keep their bits (lamports, rent_epoch).
CREATE TABLE accounts (
    address    BLOB PRIMARY KEY,
    lamports   INTEGER NOT NULL,
    owner      BLOB    NOT NULL,
    executable INTEGER NOT NULL,
    rent_epoch INTEGER NOT NULL,
    data       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- Every transaction that ran, for ever.
CREATE TABLE transactions (
    sequence     INTEGER PRIMARY KEY,
    signature    BLOB    NOT NULL UNIQUE,
    message_hash BLOB    NOT NULL UNIQUE,
    slot         INTEGER NOT NULL,
    block_time   INTEGER NOT NULL, -- Unix seconds
    packet       BLOB    NOT NULL, -- the bytes as they were sent
    err          TEXT,             -- JSON of the transaction error; NULL = succeeded
    meta         TEXT    NOT NULL  -- JSON of the status meta, as getTransaction shows it
) STRICT;

-- Which transactions name an address.
CREATE TABLE mentions (
    address  BLOB    NOT NULL,
    sequence INTEGER NOT NULL REFERENCES transactions (sequence),
    PRIMARY KEY (address, sequence)
) STRICT, WITHOUT ROWID;
