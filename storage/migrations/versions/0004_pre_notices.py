"""pre: what somebody was told is found by his address."""

import sqlalchemy as sa
from alembic import op

revision = "0004_pre_notices"
down_revision = "0003_pre_group_pace"
branch_labels = None
depends_on = None

_NOTICES = sa.text("kind <> 'reply' AND kind <> 'ticket'")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_notice",
        "outbox",
        ["channel", "address", "id"],
        sqlite_where=_NOTICES,
        postgresql_where=_NOTICES,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_notice", "outbox")
