"""the first schema.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source_language", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "identifier",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("successor", sa.String(), nullable=True),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "id"),
    )
    op.create_index(op.f("ix_identifier_id"), "identifier", ["id"], unique=False)
    op.create_table(
        "location",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("named_in_source", sa.Boolean(), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_location_kind"), "location", ["kind"], unique=False)
    op.create_index(op.f("ix_location_longitude"), "location", ["longitude"], unique=False)
    op.create_index(op.f("ix_location_parent"), "location", ["parent"], unique=False)
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
    op.create_index(
        "published_by_title", "published", ["kind", "language", "part", "title_rank", "number"], unique=False
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "location_ancestor",
        sa.Column("ancestor", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor"],
            ["location.id"],
        ),
        sa.ForeignKeyConstraint(
            ["location"],
            ["location.id"],
        ),
        sa.PrimaryKeyConstraint("ancestor", "location"),
    )
    op.create_table(
        "location_campaign",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["location"],
            ["location.id"],
        ),
        sa.PrimaryKeyConstraint("campaign", "location"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pillar",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_source_campaign"), "source", ["campaign"], unique=False)
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("date_order", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["pillar"],
            ["pillar.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("event_by_category", "event", ["category", "id"], unique=False)
    op.create_index("event_by_date", "event", ["undated", "date_order", "id"], unique=False)
    op.create_index(op.f("ix_event_campaign"), "event", ["campaign"], unique=False)
    op.create_index(op.f("ix_event_kind"), "event", ["kind"], unique=False)
    op.create_index(op.f("ix_event_part_of"), "event", ["part_of"], unique=False)
    op.create_index(op.f("ix_event_pillar"), "event", ["pillar"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("scope_level", sa.String(), nullable=False),
        sa.Column("scope_id", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("value_missing", sa.Boolean(), nullable=False),
        sa.Column("value_order", sa.Float(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["pillar"],
            ["pillar.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_outcome_campaign"), "outcome", ["campaign"], unique=False)
    op.create_index(op.f("ix_outcome_kind"), "outcome", ["kind"], unique=False)
    op.create_index(op.f("ix_outcome_pillar"), "outcome", ["pillar"], unique=False)
    op.create_index(op.f("ix_outcome_scope_level"), "outcome", ["scope_level"], unique=False)
    op.create_index(op.f("ix_outcome_unit"), "outcome", ["unit"], unique=False)
    op.create_index("outcome_by_metric", "outcome", ["metric", "id"], unique=False)
    op.create_index("outcome_by_value", "outcome", ["value_missing", "value_order", "id"], unique=False)
    op.create_table(
        "event_location",
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event"],
            ["event.number"],
        ),
        sa.ForeignKeyConstraint(
            ["location"],
            ["location.id"],
        ),
        sa.PrimaryKeyConstraint("location", "basis", "event", "role"),
    )
    op.create_index(op.f("ix_event_location_event"), "event_location", ["event"], unique=False)
    op.create_table(
        "event_organiser",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event"],
            ["event.number"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("organisation", "event"),
    )
    op.create_index(op.f("ix_event_organiser_event"), "event_organiser", ["event"], unique=False)
    op.create_table(
        "outcome_event",
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"],
            ["event.number"],
        ),
        sa.ForeignKeyConstraint(
            ["outcome"],
            ["outcome.number"],
        ),
        sa.PrimaryKeyConstraint("event", "outcome"),
    )
    op.create_index(op.f("ix_outcome_event_outcome"), "outcome_event", ["outcome"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_outcome_event_outcome"), table_name="outcome_event")
    op.drop_table("outcome_event")
    op.drop_index(op.f("ix_event_organiser_event"), table_name="event_organiser")
    op.drop_table("event_organiser")
    op.drop_index(op.f("ix_event_location_event"), table_name="event_location")
    op.drop_table("event_location")
    op.drop_index("outcome_by_value", table_name="outcome")
    op.drop_index("outcome_by_metric", table_name="outcome")
    op.drop_index(op.f("ix_outcome_unit"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_scope_level"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_pillar"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_kind"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_campaign"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_event_pillar"), table_name="event")
    op.drop_index(op.f("ix_event_part_of"), table_name="event")
    op.drop_index(op.f("ix_event_kind"), table_name="event")
    op.drop_index(op.f("ix_event_campaign"), table_name="event")
    op.drop_index("event_by_date", table_name="event")
    op.drop_index("event_by_category", table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_source_campaign"), table_name="source")
    op.drop_table("source")
    op.drop_table("pillar")
    op.drop_table("organisation")
    op.drop_table("location_campaign")
    op.drop_table("location_ancestor")
    op.drop_table("snapshot")
    op.drop_index("published_by_title", table_name="published")
    op.drop_table("published")
    op.drop_index(op.f("ix_location_parent"), table_name="location")
    op.drop_index(op.f("ix_location_longitude"), table_name="location")
    op.drop_index(op.f("ix_location_kind"), table_name="location")
    op.drop_table("location")
    op.drop_index(op.f("ix_identifier_id"), table_name="identifier")
    op.drop_table("identifier")
    op.drop_table("campaign")
