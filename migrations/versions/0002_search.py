"""search, names for facets, credits.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "search_alphabet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("traditional", sa.Text(), nullable=False),
        sa.Column("simplified", sa.Text(), nullable=False),
        sa.Column("syllables", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # The words come folded and cut, so the plainest tokenizer is the exact one: it parts them at spaces and nowhere
    # else, whatever SQLite's tables know of a character. Single characters are asked for as prefixes.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        "(title, title_pinyin, body, body_pinyin, content = '', tokenize = 'ascii', prefix = '1')"
    )
    op.add_column("identifier", sa.Column("name", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("snapshot") as snapshot:
        snapshot.add_column(sa.Column("credits", sa.JSON(none_as_null=True), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("snapshot") as snapshot:
        snapshot.drop_column("credits")
    with op.batch_alter_table("identifier") as identifier:
        identifier.drop_column("name")
    op.execute("DROP TABLE search")
    op.drop_table("search_alphabet")
    op.drop_table("search_document")
