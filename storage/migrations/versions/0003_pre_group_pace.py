"""pre: the messages of the desk's group are counted in its row, for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "0003_pre_group_pace"
down_revision = "0002_pre_append_only"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desk_group", sa.Column("spoken", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("desk_group", schema=None) as batch_op:
        batch_op.drop_column("spoken")
