"""pre: ledger entries are insert only.

A batch migration rebuilds its table on SQLite and drops these triggers: one that touches
`ledger_entry` MUST create them again (a test looks for them at head).
"""

from alembic import op

revision = "0002_pre_append_only"
down_revision = "0001_pre_first_tables"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_entry_no_{event.lower()} BEFORE {event} ON ledger_entry "
                "BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END"
            )
    else:
        op.execute(_REFUSE)
        op.execute(
            "CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        # row triggers do not see TRUNCATE
        op.execute(
            "CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER ledger_entry_no_{event.lower()}")
    else:
        op.execute("DROP TRIGGER ledger_entry_no_truncate ON ledger_entry")
        op.execute("DROP TRIGGER ledger_entry_no_change ON ledger_entry")
        op.execute("DROP FUNCTION refuse_change")
