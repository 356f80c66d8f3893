"""The exports of outcomes."""

from app.exports.columns import Columns, address, code_name, each, field, number, text
from app.exports.csv import csv_format
from app.exports.format import Exports
from app.exports.json_lines import json_lines_format
from app.exports.xlsx import xlsx_format
from app.model.codes import Basis, OutcomeKind, Qualifier, Resource, ScopeLevel

COLUMNS = Columns(
    Resource.OUTCOME,
    (
        text("label", "What is measured or claimed, in words.", wide=True),
        number("value", "The figure; never summed with others."),
        text("unit_name", "The name of `unit`."),
        text("as_stated", "The figure as the source prints it."),
        text("qualifier_name", "The name of `qualifier`.", code_name(Qualifier, "qualifier")),
        text("scope_level_name", "The name of `scope_level`.", code_name(ScopeLevel, "scope", "level")),
        text("scope_name", "The name of what it is an outcome of.", field("scope", "name"), wide=True),
        text("basis_name", "The name of `basis`.", code_name(Basis, "basis")),
        text("note", "What a reader needs to know about it.", wide=True),
        text("kind_name", "The name of `kind`.", code_name(OutcomeKind, "kind")),
        text("url", "The address of its record.", address, link=True),
        text("id", "A readable id, stable and unique among outcomes."),
        text("campaign", "The id of the campaign."),
        text("pillar", "The id of the campaign's pillar that it is an outcome of."),
        text(
            "scope_level",
            "Whether it is an outcome of the campaign, a pillar or an event, a code.",
            field("scope", "level"),
        ),
        text("scope_id", "The id of what it is an outcome of.", field("scope", "id")),
        text("events", "The ids of the events that it came of, separated by semicolons.", each("events")),
        text("kind", "Whether it is a figure or a claim, a code."),
        text("metric", "What is measured, a code."),
        text("qualifier", "How exact the figure is, a code."),
        text("unit", "What is counted, a code."),
        text("basis", "Whether the figure is stated, derived or not given, a code."),
    ),
    last_printed="note",
)


EXPORTS = Exports(
    Resource.OUTCOME,
    (csv_format(COLUMNS), json_lines_format(), xlsx_format(COLUMNS)),
)
