-- A decision has one idempotency key and at most two transactions: the second only once the first is proven dead.
-- A transaction says when it was signed, whether it was refused, and why nobody can say what became of it.

CREATE TABLE attempt (
    id                      INTEGER NOT NULL PRIMARY KEY,
    kind                    TEXT    NOT NULL,
    idempotency_key         TEXT    NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    attempt                 INTEGER NOT NULL CHECK (attempt BETWEEN 1 AND 2),
    lease                   BLOB    CHECK (lease IS NULL OR length(lease) = 32),
    signed_transaction      BLOB    NOT NULL,
    signature               BLOB    NOT NULL UNIQUE CHECK (length(signature) = 64),
    last_valid_block_height INTEGER NOT NULL,
    after_slot              INTEGER,
    state                   TEXT    NOT NULL
        CHECK (state IN ('prepared', 'sent', 'confirmed', 'final', 'expired', 'failed')),
    created_at              INTEGER NOT NULL,
    error                   TEXT,
    refused                 TEXT,
    undecided               TEXT,
    UNIQUE (idempotency_key, attempt)
) STRICT;

INSERT INTO attempt (id, kind, idempotency_key, attempt, lease, signed_transaction, signature,
                     last_valid_block_height, state, created_at, error)
SELECT id, kind, idempotency_key, 1, lease, signed_transaction, signature,
       last_valid_block_height, state, created_at, error
FROM outbox;

CREATE TABLE attempt_entry (
    outbox INTEGER NOT NULL REFERENCES attempt (id),
    entry  INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (outbox, entry)
) STRICT, WITHOUT ROWID;

INSERT INTO attempt_entry (outbox, entry) SELECT outbox, entry FROM outbox_entry;

DROP TABLE outbox_entry;
DROP TABLE outbox;
ALTER TABLE attempt RENAME TO outbox;
ALTER TABLE attempt_entry RENAME TO outbox_entry;

CREATE INDEX outbox_unfinished ON outbox (id) WHERE state IN ('prepared', 'sent', 'confirmed');
CREATE INDEX outbox_entry_by_entry ON outbox_entry (entry);

CREATE TRIGGER outbox_never_changes
BEFORE UPDATE OF id, kind, idempotency_key, attempt, lease, signed_transaction, signature, last_valid_block_height,
                 after_slot, created_at
ON outbox
BEGIN SELECT RAISE(ABORT, 'a prepared transaction stays as it is'); END;

CREATE TRIGGER outbox_never_goes BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'the outbox is append-only'); END;

CREATE TRIGGER outbox_one_at_a_time BEFORE INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM outbox WHERE idempotency_key = NEW.idempotency_key AND state <> 'expired')
BEGIN SELECT RAISE(ABORT, 'the former attempt is not proven dead'); END;

-- The last word stays. A confirmed transaction can be dropped by a fork; then it is on its way again.
CREATE TRIGGER outbox_last_word_stays BEFORE UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND (OLD.state IN ('final', 'expired', 'failed') OR NEW.state = 'prepared')
BEGIN SELECT RAISE(ABORT, 'a transaction''s last word stays'); END;

-- The same for entries: a dropped fork takes back that they are on chain, nothing else does.
DROP TRIGGER entry_state_goes_forward;

CREATE TRIGGER entry_state_goes_forward BEFORE UPDATE OF state ON entry
WHEN NEW.state <> OLD.state AND (OLD.state IN ('final', 'void')
    OR (instr('pending submitted confirmed final void', NEW.state)
      < instr('pending submitted confirmed final void', OLD.state)
        AND NOT (OLD.state = 'confirmed' AND NEW.state = 'submitted'
            AND EXISTS (SELECT 1 FROM outbox JOIN outbox_entry ON outbox_entry.outbox = outbox.id
                        WHERE outbox_entry.entry = OLD.id AND outbox.state = 'sent'))))
BEGIN SELECT RAISE(ABORT, 'an entry''s state only goes forward'); END;

-- A lease whose escrow a fork took back never opened.
DROP TRIGGER lease_stage_goes_forward;

CREATE TRIGGER lease_stage_goes_forward BEFORE UPDATE OF stage ON lease
WHEN NEW.stage <> OLD.stage AND (OLD.stage IN ('closed', 'abandoned')
    OR (NEW.stage = 'abandoned' AND OLD.stage <> 'opening'
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.lease = OLD.id AND outbox.kind = 'lease_open'
                        AND outbox.state IN ('expired', 'failed')))
    OR instr('opening connecting running settling closed abandoned', NEW.stage)
     < instr('opening connecting running settling closed abandoned', OLD.stage))
BEGIN SELECT RAISE(ABORT, 'a lease''s stage only goes forward'); END;

-- What waits to become final.
CREATE INDEX entry_confirmed ON entry (id) WHERE state = 'confirmed';
