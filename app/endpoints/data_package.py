"""The data package (Data Package 2.0): the CSV files, with the type and the meaning of each column."""

import json
from functools import partial

from pydantic_core import to_json

from app.db.connections import Reader
from app.endpoints.column_texts import COLUMN_TEXTS
from app.endpoints.home import TITLES
from app.exports.columns import CellType, Columns
from app.exports.csv import headings_of
from app.exports.format import Exports
from app.http.conditional import document_headers
from app.http.context import ApiRequest
from app.http.negotiation import JSON
from app.http.plan import Plan, Rendered
from app.http.routing import make_router
from app.languages import Language, Tree, text_in
from app.resources.registry import COLUMNS, EXPORTS

router = make_router()

_ENGLISH = Language("en")
"""The language of the files, and of what is said of them here."""

_PROFILES = "https://datapackage.org/profiles/2.0"

_TYPES: dict[CellType, Tree] = {
    CellType.TEXT: {"type": "string"},
    CellType.NUMBER: {"type": "number"},
    CellType.DATE: {"type": "date"},
    CellType.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
}

_REPORTS = """
    SELECT source.url, identifier.name
    FROM source JOIN identifier ON identifier.kind = 'organisation' AND identifier.id = source.publisher
    ORDER BY source.id
"""


@router.get("/datapackage.json", response_model=None)
def read_data_package(request: ApiRequest) -> Plan:
    """Return the data package."""
    return Plan(document_headers(request, JSON, _ENGLISH), partial(_render, request))


def _render(request: ApiRequest, reader: Reader) -> Rendered:
    origin, database = request.origin, request.context.database
    licences = {licence["url"]: licence for licence in database.licences.values()}
    attributions = (text_in(one["attribution"], _ENGLISH) for one in [*licences.values(), *database.credits])
    reports = [
        {"title": text_in(json.loads(publisher), _ENGLISH)} | ({} if url is None else {"path": url})
        for url, publisher in reader.rows(_REPORTS, {})
    ]
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "campaigns",
        "title": TITLES["title"][_ENGLISH],
        "description": "\n\n".join([TITLES["description"][_ENGLISH], *dict.fromkeys(attributions)]),
        "homepage": f"{origin}/docs",
        "version": database.version,
        "licenses": [{"name": licence["id"], "path": url} for url, licence in licences.items()],
        "sources": reports + [{"title": text_in(credit["name"], _ENGLISH)} for credit in database.credits],
        "contributors": [{"title": TITLES["publisher"][_ENGLISH], "roles": ["publisher"]}],
        "resources": [_resource(origin, EXPORTS[resource], columns) for resource, columns in COLUMNS.items()],
    }
    return Rendered(to_json(package))


def _resource(origin: str, exports: Exports, columns: Columns) -> Tree:
    name = f"{exports.resource}s"
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": name,
        "type": "table",
        "path": f"{origin}/v1/{name}.csv?lang={_ENGLISH}",
        "title": exports.sheets[_ENGLISH],
        "description": exports.by_extension["csv"].description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [*map(partial(_field, exports), headings_of(columns, _ENGLISH), _types(columns))],
            "primaryKey": ["id"],
            "missingValues": [""],
        },
    }


def _types(columns: Columns) -> list[CellType]:
    """Return the type of every column; those after a resource's own are text."""
    own = [column.type for column in columns.columns]
    return own + [CellType.TEXT] * (len(headings_of(columns, _ENGLISH)) - len(own))


def _field(exports: Exports, name: str, type_: CellType) -> Tree:
    return {
        "name": name,
        "title": name.replace("_", " "),
        "description": COLUMN_TEXTS[exports.resource][name],
        **_TYPES[type_],
        **({"constraints": {"required": True, "unique": True}} if name == "id" else {}),
    }
