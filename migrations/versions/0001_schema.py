"""The schema of version 1; it stays one migration until its release.

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
    _create_shared_tables()
    _create_resources()
    _create_links_of_events()
    # The build folds and splits the words, so the tokenizer only has to split at spaces. A search for a single
    # character matches as a prefix.
    op.execute("CREATE VIRTUAL TABLE search USING fts5(title, body, content = '', tokenize = 'ascii', prefix = '1')")


def downgrade() -> None:
    op.execute("DROP TABLE search")
    schema = sa.MetaData()
    schema.reflect(op.get_bind(), only=lambda table, _: table != "alembic_version")
    schema.drop_all(op.get_bind())


def _strings(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _create_shared_tables() -> None:
    op.create_table(
        "coordinate_source",
        *_strings("id", "licence"),
        sa.Column("licence_url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), nullable=False),
        *_strings("version", "language", "languages"),
        sa.Column("credits", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "identifier",
        *_strings("kind", "id"),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("successor", sa.String(), nullable=True),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_identifier_id"), "identifier", ["id"], unique=False)
    op.create_table(
        "rendered",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Integer(), nullable=False),
        sa.Column("json_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "rendered_part",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "search_alphabet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("traditional", sa.Text(), nullable=False),
        sa.Column("simplified", sa.Text(), nullable=False),
        sa.Column("syllables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "search_document",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "search_spelling",
        sa.Column("spoken", sa.String(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("spoken"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "title",
        *_strings("kind", "language"),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", "rank", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("title_by_number", "title", ["kind", "language", "number"], unique=False)


def _create_resources() -> None:
    op.create_table(
        "location",
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings("id", "kind"),
        *_strings("parent", "country", "admin_code", "admin_code_scheme", nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("gcj02_latitude", sa.Float(), nullable=True),
        sa.Column("gcj02_longitude", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(), nullable=True),
        sa.Column("uncertainty_km", sa.Float(), nullable=True),
        *_strings("coordinates_source", "coordinates_reference", "confidence", "fallback", nullable=True),
        sa.Column("named_in_source", sa.Boolean(), nullable=False),
        sa.Column("source_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["coordinates_source"], ["coordinate_source.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    for column in ("kind", "longitude", "parent"):
        op.create_index(op.f(f"ix_location_{column}"), "location", [column], unique=False)
    op.create_table(
        "campaign",
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings("id", "version", "source_language", "name_as_stated", "area", "implementer"),
        sa.Column("directed_by", sa.String(), nullable=True),
        sa.Column("reporting_starts_on", sa.Date(), nullable=True),
        sa.Column("reporting_ends_on", sa.Date(), nullable=True),
        *_strings("reporting_precision", "reporting_basis"),
        sa.Column("reporting_as_stated", sa.String(), nullable=True),
        *_strings("licence", "licence_url"),
        sa.Column("attribution", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["location.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "location_ancestor",
        *_strings("ancestor", "location"),
        sa.ForeignKeyConstraint(["ancestor"], ["location.id"]),
        sa.ForeignKeyConstraint(["location"], ["location.id"]),
        sa.PrimaryKeyConstraint("ancestor", "location"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "location_campaign",
        *_strings("campaign", "location"),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("as_stated", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("denotes_kind", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["location"], ["location.id"]),
        sa.PrimaryKeyConstraint("campaign", "location"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation",
        *_strings("id", "kind"),
        *_strings("address", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "organisation_campaign",
        *_strings("campaign", "organisation"),
        *_strings("parent", "parent_basis", nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        *_strings("count_qualifier", nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("campaign", "organisation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pillar",
        *_strings("id", "campaign"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "programme",
        *_strings("id", "campaign"),
        *_strings("scope_level", "scope_id", nullable=True),
        sa.Column("item_count", sa.Integer(), nullable=True),
        sa.Column("item_count_qualifier", sa.String(), nullable=True),
        sa.Column("item_count_basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings("id", "campaign"),
        sa.Column("pillar", sa.String(), nullable=True),
        *_strings("kind", "category"),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("date_order", sa.Integer(), nullable=False),
        *_strings("date_precision", "date_basis"),
        *_strings(
            "date_as_stated", "relative_to", "relation", "strand", "strand_basis", "part_of_basis", nullable=True
        ),
        sa.Column("locations_complete", sa.Boolean(), nullable=True),
        sa.Column("forms_complete", sa.Boolean(), nullable=True),
        sa.Column("series_count", sa.Integer(), nullable=True),
        *_strings("series_count_qualifier", "programme", "channel", nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("source_position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["pillar"], ["pillar.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("event_by_category", "event", ["category", "id"], unique=False)
    op.create_index("event_by_date", "event", ["undated", "date_order", "id"], unique=False)
    op.create_index("event_by_source", "event", ["source_position", "id"], unique=False)
    op.create_index("event_by_span", "event", ["span", "starts_on", "ends_on"], unique=False)
    for column in ("campaign", "category", "date_basis", "kind", "part_of", "pillar", "starts_on", "strand", "undated"):
        op.create_index(op.f(f"ix_event_{column}"), "event", [column], unique=False)
    op.create_table(
        "outcome",
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings("id", "campaign"),
        sa.Column("pillar", sa.String(), nullable=True),
        *_strings("kind", "metric"),
        sa.Column("unit", sa.String(), nullable=True),
        *_strings("scope_level", "scope_id"),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("value_missing", sa.Boolean(), nullable=False),
        sa.Column("value_order", sa.Float(), nullable=False),
        *_strings("qualifier", "as_stated", nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("source_position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["pillar"], ["pillar.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    for column in ("basis", "campaign", "kind", "pillar", "scope_level", "unit"):
        op.create_index(op.f(f"ix_outcome_{column}"), "outcome", [column], unique=False)
    op.create_index("outcome_by_metric", "outcome", ["metric", "id"], unique=False)
    op.create_index("outcome_by_source", "outcome", ["source_position", "id"], unique=False)
    op.create_index("outcome_by_value", "outcome", ["value_missing", "value_order", "id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("revised_on", sa.Date(), nullable=False),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("campaign", "ordinal"),
    )
    op.create_table(
        "source",
        sa.Column("number", sa.Integer(), nullable=False),
        *_strings("id", "campaign", "language"),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("published_starts_on", sa.Date(), nullable=True),
        sa.Column("published_ends_on", sa.Date(), nullable=True),
        *_strings("published_precision", "published_basis"),
        sa.Column("published_as_stated", sa.String(), nullable=True),
        sa.Column("not_before_starts_on", sa.Date(), nullable=True),
        sa.Column("not_before_ends_on", sa.Date(), nullable=True),
        *_strings("not_before_precision", "not_before_basis", "not_before_as_stated", nullable=True),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("publisher_address", sa.String(), nullable=True),
        sa.Column("received_sha256", sa.String(), nullable=False),
        sa.Column("received_length", sa.Integer(), nullable=False),
        sa.Column("cleaned_sha256", sa.String(), nullable=False),
        sa.Column("cleaned_length", sa.Integer(), nullable=False),
        sa.Column("pinyin_notes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"]),
        sa.ForeignKeyConstraint(["publisher"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_source_campaign"), "source", ["campaign"], unique=False)


def _create_links_of_events() -> None:
    op.create_table(
        "event_location",
        *_strings("location", "basis"),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.ForeignKeyConstraint(["location"], ["location.id"]),
        sa.PrimaryKeyConstraint("location", "basis", "event", "role"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_location_event"), "event_location", ["event"], unique=False)
    op.create_table(
        "event_month",
        *_strings("month"),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.PrimaryKeyConstraint("month", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_month_event"), "event_month", ["event"], unique=False)
    op.create_table(
        "event_organiser",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        *_strings("role", "basis"),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_organiser_event"), "event_organiser", ["event"], unique=False)
    op.create_table(
        "event_participant",
        sa.Column("event", sa.Integer(), nullable=False),
        *_strings("group_id", "role"),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("count_qualifier", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.PrimaryKeyConstraint("event", "group_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_within",
        *_strings("location", "linked_by"),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.ForeignKeyConstraint(["location"], ["location.id"]),
        sa.PrimaryKeyConstraint("location", "linked_by", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_within_event"), "event_within", ["event"], unique=False)
    op.create_table(
        "outcome_event",
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"]),
        sa.ForeignKeyConstraint(["outcome"], ["outcome.number"]),
        sa.PrimaryKeyConstraint("event", "outcome"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_outcome_event_outcome"), "outcome_event", ["outcome"], unique=False)
