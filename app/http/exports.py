"""Plans for a whole list as one document, in any of the formats."""

from collections.abc import Callable, Generator
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
from app.http.conditional import cache_headers
from app.http.context import ApiRequest
from app.http.errors import InvalidQuery, NotFound
from app.http.list_params import FilterParams
from app.http.negotiation import require_media
from app.http.param_errors import parameter_error
from app.http.params import with_query
from app.http.plan import Stream, StreamPlan
from app.http.selection import select_list
from app.languages import Language, text_in


def format_parameter(exports: Exports) -> Any:
    """Make the path parameter of an export."""
    described = "\n".join(f"* `{format_.extension}`: {format_.description}" for format_ in exports.formats)
    extensions: list[Any] = list(exports.by_extension)
    return Path(description=described, examples=["csv"], json_schema_extra={"enum": extensions})


def export_route(router: APIRouter, exports: Exports) -> Callable[[DecoratedCallable], DecoratedCallable]:
    """Declare the route of a resource's exports."""
    reference = f"#/components/schemas/{exports.record.__name__}"
    content = {
        format_.media_type.partition(";")[0]: {"schema": format_.schema(reference)} for format_ in exports.formats
    }
    return router.get(
        f"/v1/{exports.resource}s.{{format}}",
        response_class=Response,
        response_model=None,
        responses={200: {"description": "The document, streamed.", "content": content}},
        summary=f"Export {exports.resource}s",
    )


def plan_export(
    request: ApiRequest, spec: ListSpec, exports: Exports, extension: str, params: FilterParams
) -> StreamPlan:
    """Plan the export of all records that match; raises NotFound where the resource has no such format."""
    collection = f"/v1/{exports.resource}s"
    format_ = exports.by_extension.get(extension)
    if format_ is None:
        paths = [f"{collection}.{known}" for known in exports.by_extension]
        detail = f"The {exports.resource}s have no export format {extension[:100]!r}."
        raise NotFound(detail, nearest=[collection, *paths])
    require_media(request.accept, format_.media_type.partition(";")[0])
    selection = select_list(request, spec, params, dated_only=format_.dated_only)
    database, language = request.context.database, selection.language
    params = params.in_language(language)
    url = with_query(request.origin + request.path, params.canonical())
    selected: list[str] = getattr(params, "campaign", [])

    def prepare(reader: Reader) -> Stream:
        total, undated = selection.count(reader), selection.undated_excluded(reader)
        derived = selection.derived_excluded(reader)
        if format_.max_records is not None and total > format_.max_records:
            counts = f"contains at most {format_.max_records:,} records, and {total:,} match"
            detail = f"{counts}; narrow the query, or use csv"
            raise InvalidQuery([parameter_error("format", extension, "too_many_records", detail)])
        names = names_of_campaigns(reader)
        campaigns = [id_ for id_ in names if id_ in selected or not selected]
        title, file_name = exports.titles[language], f"{spec.resource}s"
        if len(campaigns) == 1:
            title = f"{text_in(names[campaigns[0]], language)} · {title}"
            file_name = f"{campaigns[0]}-{file_name}"
        facts = Facts(
            title=title,
            sheet=exports.sheets[language],
            language=language,
            version=database.version,
            address=url,
            collection=request.origin + collection,
            total=total,
            undated_excluded=undated,
            derived_excluded=derived,
            # An empty document has nothing to credit.
            credits=_credits(database, language) if total and exports.has_coordinates else [],
        )
        headers = cache_headers(request, params, url, format_.media_type, language) | {
            "Content-Disposition": f'attachment; filename="{file_name}.{language}.{extension}"',
            "X-Data-Version": database.version,
            "X-Total-Count": str(total),
            "X-Undated-Excluded": str(undated),
            "X-Derived-Excluded": str(derived),
        }
        seconds = request.context.settings.query_timeout_seconds
        return Stream(headers, partial(_write, database, selection, format_, facts, seconds), format_.compresses)

    return StreamPlan(("export", url, language), prepare)


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


def _write(
    database: Database, selection: ListSelection, format_: Format, facts: Facts, batch_seconds: float
) -> Generator[bytes, None, None]:
    """Write a document; its first records are read before its first byte, so that a failure is an error response."""
    with (
        database.streaming_readers.lend(batch_seconds) as reader,
        closing(read_all(reader, selection, RecordView(facts.language))) as records,
    ):
        yield from format_.write(chain([next(records, [])], records), facts)
