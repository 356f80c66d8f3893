"""Plans for a whole list, or one record, as one document in any of the formats."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic_core import from_json

from app.db.connections import Reader
from app.db.database import Database
from app.db.identifiers import names_of_kind
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_all, read_record
from app.db.revisions import read_revisions
from app.exports.format import Credit, Credits, Datum, Exports, Facts, Format, Licence, PointLayout
from app.http.conditional import cache_headers
from app.http.context import ApiRequest
from app.http.errors import InvalidQuery, NotFound
from app.http.links import list_links
from app.http.list_params import FilterParams
from app.http.nouns import noun
from app.http.param_errors import parameter_error
from app.http.params import LocalisedParams, with_query
from app.http.plan import Plan, Rendered, Stream, StreamPlan
from app.http.ranges import ACCEPT_RANGES
from app.http.records import find_record
from app.http.selection import select_list
from app.languages import LANGUAGES, Language, Tree, text_in
from app.messages import message
from app.model.codes import Resource
from app.model.revisions import Revision


def add_export_routes(
    router: APIRouter,
    spec: ListSpec,
    exports: Exports,
    params: type[FilterParams],
    map_params: type[FilterParams] | None = None,
) -> None:
    """Add a route for each export of a resource, and one that refuses other formats.

    `params` are the parameters of the exports, `map_params` those of formats with a datum.
    """
    path = f"/v1/{exports.resource}s"
    for extension, format_ in exports.by_extension.items():
        model = map_params if map_params and format_.has_datum else params
        content = {format_.bare_media_type: {"schema": format_.schema}}
        router.get(
            f"{path}.{extension}",
            response_class=Response,
            response_model=None,
            responses={200: {"description": "The document, streamed.", "content": content}},
            summary=f"Export {exports.resource}s as {extension}",
            description=f"{format_.description}\n\n{_ALL_THAT_MATCH}",
            name=f"export_{exports.resource}s_{extension}",
        )(_export_endpoint(spec, exports, extension, model))

    def refuse_format(request: ApiRequest, format: str) -> Plan:  # noqa: A002
        paths = [f"{path}.{known}" for known in exports.by_extension]
        detail = message(
            "The {resource}s have no export format {format!r}.", resource=noun(exports.resource), format=format[:100]
        )
        raise NotFound(detail, nearest=[path, *paths])

    router.get(f"{path}.{{format}}", include_in_schema=False)(refuse_format)


_ALL_THAT_MATCH = "All records that match are one document, with the filters of the list and without pages."


def _export_endpoint(
    spec: ListSpec, exports: Exports, extension: str, model: type[FilterParams]
) -> Callable[..., StreamPlan]:
    def export(request: ApiRequest, params: FilterParams) -> StreamPlan:
        return plan_export(request, spec, exports, extension, params)

    # FastAPI reads the parameters from here.
    export.__annotations__["params"] = Annotated[model, Query()]
    return export


def plan_export(
    request: ApiRequest, spec: ListSpec, exports: Exports, extension: str, params: FilterParams
) -> StreamPlan:
    """Plan the export of all records that match."""
    format_ = exports.by_extension[extension]
    selection = select_list(request, spec, params, dated_only=format_.dated_only)
    database, language = request.context.database, selection.language
    params = params.in_language(language)
    url = with_query(request.origin + request.path, params.canonical())
    selected: list[str] = getattr(params, "campaign", [])
    datum: Datum = getattr(params, "datum", Datum.WGS84)
    point_layout: PointLayout = getattr(params, "points", PointLayout.TOGETHER)

    def prepare(reader: Reader) -> Stream:
        total, undated = selection.count(reader), selection.undated_excluded(reader)
        derived = selection.derived_excluded(reader)
        if format_.max_records is not None and total > format_.max_records:
            detail = message(
                "contains at most {limit:,} records, and {total:,} match; narrow the query, or use csv",
                limit=format_.max_records,
                total=total,
            )
            raise InvalidQuery([parameter_error("format", extension, "too_many_records", detail)])
        names = names_of_kind(reader, Resource.CAMPAIGN)
        campaigns = [id_ for id_ in names if id_ in selected or not selected]
        title, file_name = exports.titles[language], f"{spec.resource}s"
        if len(campaigns) == 1:
            title = f"{text_in(names[campaigns[0]], language)} · {title}"
            file_name = f"{campaigns[0]}-{file_name}"
        # A map in another datum is moved by hundreds of metres: the name says so.
        suffix = "" if datum is Datum.WGS84 else f".{datum}"
        facts = Facts(
            title=title,
            sheet=exports.sheets[language],
            language=language,
            version=database.version,
            address=url,
            collection=request.origin + f"/v1/{exports.resource}s",
            total=total,
            undated_excluded=undated,
            derived_excluded=derived,
            revisions=_revisions(reader, campaigns),
            licences=_licences(database, campaigns, language),
            credits=_credits(database, language),
            datum=datum,
            point_layout=point_layout,
        )
        headers = cache_headers(request, params, url, format_.media_type, language, is_negotiated=False) | {
            **ACCEPT_RANGES,
            "Content-Disposition": f'attachment; filename="{file_name}.{language}{suffix}.{extension}"',
            "X-Data-Version": database.version,
            "X-Total-Count": str(total),
            "X-Undated-Excluded": str(undated),
            "X-Derived-Excluded": str(derived),
            "Link": ", ".join(list_links(request, params, exports, extension, canonical=url)),
        }
        seconds = request.context.settings.query_timeout_seconds
        return Stream(headers, partial(_write, database, selection, format_, facts, seconds), format_.compresses)

    return StreamPlan(("export", url, language), prepare, selection.is_costly)


def plan_document(
    request: ApiRequest, spec: ListSpec, exports: Exports, id_: str, params: LocalisedParams, *, extension: str
) -> Plan:
    """Plan one record as a document; raises as `find_record` does.

    The format has only records with a date: rendering raises NotFound for a record without one.
    """
    format_ = exports.by_extension[extension]
    number, language = find_record(request, spec, id_, params)
    params = params.in_language(language)
    database, path = request.context.database, f"/v1/{exports.resource}s/{id_}"
    url = with_query(request.origin + request.path, params.canonical())

    def render(reader: Reader) -> Rendered:
        json_text = read_record(reader, spec, number, RecordView(language, format_.include))
        record = from_json(json_text)
        if record["date"]["start"] is None:
            detail = message(
                "The {resource} {id!r} has no date, so it is in no calendar.", resource=noun(exports.resource), id=id_
            )
            notes = {one: _date_of(reader, spec, number, one)["note"] for one in LANGUAGES}
            if notes[language] is not None:
                detail = message("{detail} {reason}", detail=detail, reason=notes)
            raise NotFound(detail, nearest=[path])
        facts = record_facts(request, reader, exports, record, language=language, address=url)
        links = list_links(request, params, campaigns=[record["campaign"]], canonical=url)
        return Rendered(b"".join(format_.write([[json_text]], facts)), {"Link": ", ".join(links)})

    headers = cache_headers(request, params, url, format_.media_type, language, is_negotiated=False) | {
        **ACCEPT_RANGES,
        "Content-Disposition": f'attachment; filename="{id_}.{language}.{extension}"',
        "X-Data-Version": database.version,
    }
    # The first document imports the format's library, which takes a tenth of a second.
    return Plan(headers, render, is_slow=True)


def record_facts(
    request: ApiRequest, reader: Reader, exports: Exports, record: Tree, *, language: Language, address: str
) -> Facts:
    """Return the metadata of a document about one record, whose URL is `address`."""
    database = request.context.database
    return Facts(
        title=record["title"],
        sheet=exports.sheets[language],
        language=language,
        version=database.version,
        address=address,
        collection=request.origin + f"/v1/{exports.resource}s",
        total=1,
        undated_excluded=0,
        derived_excluded=0,
        revisions=_revisions(reader, [record["campaign"]]),
        licences=_licences(database, [record["campaign"]], language),
        credits=_credits(database, language),
    )


def _date_of(reader: Reader, spec: ListSpec, number: int, language: Language) -> dict[str, str | None]:
    date: dict[str, str | None] = from_json(read_record(reader, spec, number, RecordView(language)))["date"]
    return date


def _revisions(reader: Reader, campaigns: Sequence[str]) -> dict[str, list[Revision]]:
    revisions = read_revisions(reader)
    return {id_: revisions[id_] for id_ in campaigns}


def _licences(database: Database, campaigns: Sequence[str], language: Language) -> list[Licence]:
    stored = [database.licences[id_] for id_ in campaigns]
    found = (Licence(one["id"], one["url"], text_in(one["attribution"], language)) for one in stored)
    return [*dict.fromkeys(found)]


def _credits(database: Database, language: Language) -> Credits:
    return Credits(
        Credit(
            id=credit["id"],
            name=text_in(credit["name"], language),
            licence=credit["licence"],
            licence_url=credit["licence_url"],
            attribution=text_in(credit["attribution"], language),
        )
        for credit in database.credits
    )


def _write(
    database: Database, selection: ListSelection, format_: Format, facts: Facts, batch_seconds: float
) -> Generator[bytes, None, None]:
    """Write a document; its first records are read before its first byte, so that a failure is an error response."""
    with (
        database.streaming_readers.lend(batch_seconds) as reader,
        closing(read_all(reader, selection, RecordView(facts.language, format_.include))) as records,
    ):
        yield from format_.write(chain([next(records, [])], records), facts)
