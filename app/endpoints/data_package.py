"""The data package (Data Package 2.0): the CSV files, with the type and the meaning of each column."""

import json
from collections.abc import Iterator
from functools import partial

from pydantic_core import to_json

from app.db.connections import Reader
from app.endpoints.home import LINK_TITLES
from app.exports.columns import CellType, Columns
from app.exports.csv import DOCUMENT_COLUMNS, headings_of
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
"""The language of the files, and of their descriptions here."""

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
    licences = database.licences_by_url
    attributions = (text_in(one["attribution"], _ENGLISH) for one in [*licences.values(), *database.credits])
    reports = [
        {"title": text_in(json.loads(publisher), _ENGLISH)} | ({} if url is None else {"path": url})
        for url, publisher in reader.rows(_REPORTS, {})
    ]
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "campaigns",
        "title": LINK_TITLES["title"][_ENGLISH],
        "description": "\n\n".join([LINK_TITLES["description"][_ENGLISH], *dict.fromkeys(attributions)]),
        "homepage": f"{origin}/docs",
        "version": database.version,
        "licenses": [{"name": licence["id"], "path": url} for url, licence in licences.items()],
        "sources": reports + [{"title": text_in(credit["name"], _ENGLISH)} for credit in database.credits],
        "contributors": [{"title": LINK_TITLES["publisher"][_ENGLISH], "roles": ["publisher"]}],
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
            "fields": [*_fields(columns)],
            "primaryKey": ["id"],
            "missingValues": [""],
        },
    }


def _fields(columns: Columns) -> Iterator[Tree]:
    described = [(column.type, column.description) for column in columns.columns]
    described += [(CellType.TEXT, description) for description in DOCUMENT_COLUMNS.values()]
    for name, (type_, description) in zip(headings_of(columns, _ENGLISH), described, strict=True):
        yield {
            "name": name,
            "title": name.replace("_", " "),
            "description": description,
            **_TYPES[type_],
            **({"constraints": {"required": True, "unique": True}} if name == "id" else {}),
        }
