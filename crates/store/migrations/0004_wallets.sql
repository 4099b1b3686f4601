-- Several wallets in one file, where payouts go, whom money is sent to.

CREATE TABLE wallet (
    address           BLOB    NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    operating         INTEGER NOT NULL DEFAULT 0 CHECK (operating IN (0, 1)),
    added_at          INTEGER NOT NULL,
    backup_checked_at INTEGER
) STRICT;

CREATE UNIQUE INDEX wallet_operating ON wallet (operating) WHERE operating = 1;

-- The address in force, and the change that waits. No row: nowhere, no change.
CREATE TABLE withdrawal (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    address      BLOB    CHECK (address IS NULL OR length(address) = 32),
    next_address BLOB    CHECK (next_address IS NULL OR length(next_address) = 32),
    next_at      INTEGER,
    CHECK (next_at IS NOT NULL OR next_address IS NULL)
) STRICT;

-- Named addresses. A name is taken once, so that it tells who is meant.
CREATE TABLE contact (
    address BLOB NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    name    TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 40)
) STRICT;

-- Every address that something was sent to, named or not.
CREATE TABLE recipient (
    address      BLOB    NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    last_sent_at INTEGER NOT NULL
) STRICT;

-- Where what is sent away goes, in every currency that there is.
INSERT INTO account (name, currency) SELECT 'sent', currency FROM account WHERE name = 'wallet';
