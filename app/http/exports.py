"""Plans for a whole list as one document, in any of the formats."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import Any

from fastapi import APIRouter, Path, Response
from fastapi.types import DecoratedCallable

from app.db.connections import Reader
from app.db.database import Database
from app.db.identifiers import names_of_campaigns
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_all
from app.exports.format import Credit, Exports, Facts, Format
from app.http.cache_headers import cache_headers
from app.http.errors import InvalidQuery, NotFound
from app.http.links import with_query
from app.http.list_params import FilterParams
from app.http.negotiation import require_media, vary_of
from app.http.param_errors import parameter_error
from app.http.plan import Stream, StreamPlan
from app.http.request import ApiRequest
from app.http.selection import select_list
from app.languages import Language, text_in


def format_parameter(exports: Exports) -> Any:
    """Make the path parameter of an export."""
    described = "\n".join(f"* `{format_.extension}`: {format_.description}" for format_ in exports.formats)
    extensions: list[Any] = list(exports.by_extension)
    return Path(description=described, examples=["csv"], json_schema_extra={"enum": extensions})


def export_route(router: APIRouter, exports: Exports) -> Callable[[DecoratedCallable], DecoratedCallable]:
    """Declare the route of a resource's exports."""
    return router.get(
        f"/v1/{exports.resource}s.{{format}}",
        response_class=Response,
        response_model=None,
        responses=_responses(exports),
        summary=f"Export {exports.resource}s",
    )


def _responses(exports: Exports) -> dict[int | str, dict[str, Any]]:
    """Describe the successful response of an export for OpenAPI."""
    reference = f"#/components/schemas/{exports.record.__name__}"
    content = {
        format_.media_type.partition(";")[0]: {"schema": format_.schema(reference)} for format_ in exports.formats
    }
    return {200: {"description": "The document, streamed.", "content": content}}


def plan_export(
    request: ApiRequest, spec: ListSpec, exports: Exports, extension: str, params: FilterParams
) -> StreamPlan:
    """Plan the export of all records that match; raises NotFound where the resource has no such format."""
    format_ = _find_format(exports, extension)
    require_media(request.accept, format_.media_type.partition(";")[0])
    selection = select_list(request, spec, params, dated_only=format_.dated_only)
    database = request.context.database
    url = with_query(request.origin + request.path, params.canonical())

    selected: list[str] = getattr(params, "campaign", [])

    def prepare(reader: Reader) -> Stream:
        total, undated = selection.count(reader), selection.undated_excluded(reader)
        _check_size(format_, total)
        campaigns = {
            id_: text_in(name, selection.language)
            for id_, name in names_of_campaigns(reader).items()
            if id_ in selected or not selected
        }
        facts = _facts(
            database,
            selection,
            exports,
            origin=request.origin,
            url=url,
            campaigns=list(campaigns.values()),
            total=total,
            undated=undated,
        )
        headers = cache_headers(
            request.context, url, format_.media_type, language=selection.language, vary=vary_of(params)
        )
        name = "-".join([*(campaigns if len(campaigns) == 1 else []), f"{spec.resource}s"])
        headers |= {
            "Content-Disposition": f'attachment; filename="{name}.{selection.language}.{extension}"',
            "X-Data-Version": database.version,
            "X-Total-Count": str(total),
            "X-Undated-Excluded": str(undated),
        }
        seconds = request.context.settings.query_timeout_seconds
        return Stream(headers, partial(_write, database, selection, format_, facts, seconds), format_.compresses)

    return StreamPlan(("export", url, selection.language), prepare)


def _facts(
    database: Database,
    selection: ListSelection,
    exports: Exports,
    *,
    origin: str,
    url: str,
    campaigns: Sequence[str],
    total: int,
    undated: int,
) -> Facts:
    """Return the metadata of a document; `campaigns` are the names of the campaigns in it."""
    language = selection.language
    title = exports.titles[language]
    return Facts(
        title=f"{campaigns[0]} · {title}" if len(campaigns) == 1 else title,
        sheet=exports.sheets[language],
        language=language,
        version=database.version,
        address=url,
        collection=f"{origin}/v1/{selection.spec.resource}s",
        total=total,
        undated_excluded=undated,
        # An empty document has nothing to credit.
        credits=_credits(database, language) if total and exports.has_coordinates else [],
    )


def _write(
    database: Database, selection: ListSelection, format_: Format, facts: Facts, batch_seconds: float
) -> Generator[bytes, None, None]:
    """Write a document; its first records are read before its first byte, so that a failure is an error response."""
    with (
        database.streaming_readers.lend(batch_seconds) as reader,
        closing(read_all(reader, selection, RecordView(facts.language))) as records,
    ):
        yield from format_.write(chain([next(records, [])], records), facts)


def _find_format(exports: Exports, extension: str) -> Format:
    found = exports.by_extension.get(extension)
    if found is None:
        collection = f"/v1/{exports.resource}s"
        paths = [f"{collection}.{known}" for known in exports.by_extension]
        raise NotFound(
            f"The {exports.resource}s have no export format {extension[:100]!r}.", nearest=[collection, *paths]
        )
    return found


def _check_size(format_: Format, total: int) -> None:
    if format_.max_records is not None and total > format_.max_records:
        detail = f"contains at most {format_.max_records:,} records, and {total:,} match; narrow the query, or use csv"
        raise InvalidQuery([parameter_error("format", format_.extension, "too_many_records", detail, "csv")])


def _credits(database: Database, language: Language) -> list[Credit]:
    return [
        Credit(
            name=text_in(credit["name"], language),
            licence=credit["licence"],
            licence_url=credit["licence_url"],
            attribution=text_in(credit["attribution"], language),
        )
        for credit in database.credits
    ]
