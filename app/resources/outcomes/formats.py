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
        text("label", wide=True),
        number("value"),
        text("unit_name"),
        text("as_stated"),
        text("qualifier_name", code_name(Qualifier, "qualifier")),
        text("scope_level_name", code_name(ScopeLevel, "scope", "level")),
        text("scope_name", field("scope", "name"), wide=True),
        text("basis_name", code_name(Basis, "basis")),
        text("note", wide=True),
        text("kind_name", code_name(OutcomeKind, "kind")),
        text("url", address, link=True),
        text("id"),
        text("campaign"),
        text("pillar"),
        text("scope_level", field("scope", "level")),
        text("scope_id", field("scope", "id")),
        text("events", each("events")),
        text("kind"),
        text("metric"),
        text("qualifier"),
        text("unit"),
        text("basis"),
    ),
    last_printed="note",
)


EXPORTS = Exports(
    Resource.OUTCOME,
    (csv_format(COLUMNS), json_lines_format(), xlsx_format(COLUMNS)),
)
