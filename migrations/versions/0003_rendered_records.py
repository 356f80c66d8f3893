"""rows without JSON, records that are read whole by one key, titles and places of events in the order of questions.

Revision: 0003
Follows: 0002
"""

from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What no question asks about, and what is published says all the same.
_JSON_COLUMNS = {
    "campaign": ("name", "details", "evidence"),
    "event": ("title", "details", "evidence"),
    "location": ("name", "details", "evidence"),
    "organisation": ("name", "details"),
    "outcome": ("details", "evidence"),
    "pillar": ("name",),
    "source": ("details", "evidence"),
}


class _Link(NamedTuple):
    """A table that only links others."""

    keys: dict[str, str]
    """The columns of its key, each with what it refers to, empty for nothing."""
    others: tuple[str, ...] = ()
    no_longer: tuple[str, ...] = ()
    """Columns that it had for showing the link."""


_LINKS = {
    "event_location": _Link(
        {"location": "location.id", "basis": "", "event": "event.number", "role": ""}, (), ("ordinal", "note")
    ),
    "event_organiser": _Link(
        {"organisation": "organisation.id", "event": "event.number"}, ("role", "basis"), ("ordinal", "note")
    ),
    "location_ancestor": _Link({"ancestor": "location.id", "location": "location.id"}),
    "location_campaign": _Link({"campaign": "campaign.id", "location": "location.id"}),
    "outcome_event": _Link({"event": "event.number", "outcome": "outcome.number"}, (), ("ordinal",)),
}
_NUMBERS = ("event", "outcome", "ordinal")
_INDEXED = (("event_location", "event"), ("event_organiser", "event"), ("outcome_event", "outcome"))


def upgrade() -> None:
    for table, columns in _JSON_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("span", sa.Integer(), nullable=False))
    op.create_index("event_by_span", "event", ["span", "starts_on", "ends_on"])
    for column in ("category", "starts_on", "undated"):
        op.create_index(op.f(f"ix_event_{column}"), "event", [column])
    op.add_column("identifier", sa.Column("number", sa.Integer(), nullable=True))
    op.drop_column("search_document", "kind")
    op.drop_table("published")
    op.create_table(
        "published",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Integer(), nullable=False),
        sa.Column("json_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "title",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", "rank", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("title_by_number", "title", ["kind", "language", "number"])
    op.create_table(
        "event_within",
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["location"], ["location.id"]),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.PrimaryKeyConstraint("location", "linked_by", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_within_event"), "event_within", ["event"])
    _remake_links(with_rowid=False)


def downgrade() -> None:
    _remake_links(with_rowid=True)
    op.drop_table("event_within")
    op.drop_table("title")
    op.drop_table("published")
    op.create_table(
        "published",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_rank", sa.Integer(), nullable=False),
        sa.Column("json_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("kind", "language", "part", "number"),
    )
    op.create_index("published_by_title", "published", ["kind", "language", "part", "title_rank", "number"])
    with op.batch_alter_table("search_document") as search_document:
        search_document.add_column(sa.Column("kind", sa.String(), nullable=False))
    op.drop_column("identifier", "number")
    for column in ("category", "starts_on", "undated"):
        op.drop_index(op.f(f"ix_event_{column}"), table_name="event")
    op.drop_index("event_by_span", table_name="event")
    op.drop_column("event", "span")
    for table, columns in _JSON_COLUMNS.items():
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.add_column(sa.Column(column, sa.JSON(none_as_null=True), nullable=False))


def _remake_links(*, with_rowid: bool) -> None:
    """Make the tables of links anew, clustered by their keys or, as they were, beside them and with more columns."""
    for table, link in _LINKS.items():
        op.drop_table(table)
        columns = (*link.keys, *link.others, *(link.no_longer if with_rowid else ()))
        op.create_table(
            table,
            *(sa.Column(column, _type_of(column), nullable=column == "note") for column in columns),
            *(sa.ForeignKeyConstraint([column], [referred]) for column, referred in link.keys.items() if referred),
            sa.PrimaryKeyConstraint(*link.keys),
            sqlite_with_rowid=with_rowid,
        )
    for table, column in _INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _type_of(column: str) -> sa.types.TypeEngine[Any]:
    if column == "note":
        return sa.JSON(none_as_null=True)
    return sa.Integer() if column in _NUMBERS else sa.String()
