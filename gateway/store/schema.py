"""The tables of the store, and how those of an older gateway become those of this one."""

from collections.abc import Mapping, Sequence

VERSIONS_TABLE = "CREATE TABLE IF NOT EXISTS gateway_store (version INTEGER PRIMARY KEY, since {instant} NOT NULL)"
KEYS_TABLE = """CREATE TABLE gateway_keys (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    owner TEXT NOT NULL,
    scopes TEXT NOT NULL,
    bounds TEXT,
    audience TEXT,
    points_per_minute INTEGER,
    created_at {instant} NOT NULL,
    expires_at {instant},
    revoked_at {instant}
)"""
AUDIT_TABLE = """CREATE TABLE gateway_audit (
    number {number},
    id TEXT NOT NULL UNIQUE,
    at {instant} NOT NULL,
    caller TEXT NOT NULL,
    request_id TEXT NOT NULL,
    record_type TEXT NOT NULL,
    record_id TEXT NOT NULL,
    fields TEXT NOT NULL,
    purpose TEXT NOT NULL
)"""
AUDIT_INDEXES = (
    "CREATE INDEX gateway_audit_at ON gateway_audit (at)",
    "CREATE INDEX gateway_audit_caller ON gateway_audit (caller, at)",
)
# The audit is only appended to. Owners of the tables can remove these triggers.
APPEND_ONLY: Mapping[str, Sequence[str]] = {
    "sqlite": (
        """CREATE TRIGGER gateway_audit_no_update BEFORE UPDATE ON gateway_audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
        """CREATE TRIGGER gateway_audit_no_delete BEFORE DELETE ON gateway_audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
        # INSERT OR REPLACE would delete a row without the trigger before it. The older row stays.
        """CREATE TRIGGER gateway_audit_no_replace BEFORE INSERT ON gateway_audit
        WHEN EXISTS (SELECT 1 FROM gateway_audit WHERE id = NEW.id OR number = NEW.number)
        BEGIN SELECT RAISE(IGNORE); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION gateway_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
        """CREATE TRIGGER gateway_audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON gateway_audit
        FOR EACH STATEMENT EXECUTE FUNCTION gateway_audit_refuse()""",
    ),
}


def _first(words: Mapping[str, str]) -> list[str]:
    tables = [table.format_map(words) for table in (KEYS_TABLE, AUDIT_TABLE)]
    return [*tables, *AUDIT_INDEXES, *APPEND_ONLY[words["dialect"]]]


# The statements that lead to each version. A version that was released is never changed: add another one.
MIGRATIONS = (_first,)
VERSION = len(MIGRATIONS)
