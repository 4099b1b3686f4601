-- What each side must still know after a restart: what the provider can show was used, and that the renter wants to
-- stop. An address was never kept here.

ALTER TABLE lease ADD COLUMN used_seconds INTEGER NOT NULL DEFAULT 0 CHECK (used_seconds >= 0);
ALTER TABLE lease ADD COLUMN stop_wanted INTEGER NOT NULL DEFAULT 0 CHECK (stop_wanted IN (0, 1));

-- Leases from before this column may have used all that was prepaid.
UPDATE lease SET used_seconds = voucher_seconds WHERE side = 'provider';

CREATE TRIGGER lease_usage_only_grows BEFORE UPDATE OF used_seconds ON lease
WHEN NEW.used_seconds < OLD.used_seconds
BEGIN SELECT RAISE(ABORT, 'what was used only grows'); END;

ALTER TABLE lease DROP COLUMN mesh_address;
