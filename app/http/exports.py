"""Answering with a whole list as one document, in any of the formats."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from app.db.connections import Reader
from app.db.database import Database
from app.db.identifiers import names_of_campaigns
from app.db.list_query import ListSpec
from app.db.records import View, read_all
from app.exports.format import Credit, Facts, Format
from app.exports.registry import FORMATS
from app.http.cache_headers import validators
from app.http.context import base_url, context_of
from app.http.errors import InvalidQuery, NotFound
from app.http.list_params import FilterParams
from app.http.negotiation import accept_of, require_media
from app.http.params import refused
from app.http.plan import Asked, ask_list, vary_of, with_query
from app.http.streaming import StreamedResponse
from app.languages import Language, Text, words
from app.model.codes import Resource

_SCHEMAS = {Resource.EVENT: "Event", Resource.LOCATION: "Location", Resource.OUTCOME: "Outcome"}


def formats_of(kind: Resource) -> list[Format]:
    """List the formats that records of a kind can be had in."""
    return [format_ for format_ in FORMATS.values() if kind in format_.kinds]


def format_parameter(kind: Resource) -> Any:
    """Make the path parameter of an export."""
    described = "; ".join(f"`{format_.extension}`: {format_.description}" for format_ in formats_of(kind))
    extensions: list[Any] = [format_.extension for format_ in formats_of(kind)]
    return Path(description=f"{described}.", examples=["csv"], json_schema_extra={"enum": extensions})


def export_responses(kind: Resource) -> dict[int | str, dict[str, Any]]:
    """Describe to OpenAPI what an export answers with."""
    reference = f"#/components/schemas/{_SCHEMAS[kind]}"
    content = {
        format_.media_type.partition(";")[0]: {"schema": format_.schema(reference)} for format_ in formats_of(kind)
    }  # fmt: skip
    return {200: {"description": "The document, sent as it is made.", "content": content}}


@dataclass(frozen=True)
class _Written:
    """What a document will have in it."""

    total: int
    undated_excluded: int
    campaigns: dict[str, Text]
    """The name of each campaign that there is."""


async def answer_export(request: Request, listing: ListSpec, extension: str, query: FilterParams) -> Response:
    """Answer with all the records that are asked for; raises NotFound where there is no such format of them."""
    context = context_of(request)
    format_ = _find_format(listing.kind, extension)
    require_media(accept_of(request), format_.media_type.partition(";")[0])
    asked = ask_list(request, listing, query, dated_only=format_.dated_only)
    snapshot, language = asked.snapshot, asked.language
    base = base_url(request)
    address = with_query(base + request.scope["path"], query.canonical())
    written = await context.computing.ask(("document", address, language), lambda reader: _look(reader, asked))
    _check_size(format_, written.total)
    named: list[str] = getattr(query, "campaign", [])
    campaigns = [id_ for id_ in written.campaigns if id_ in named or not named]
    # Only the terms' English knows a plural.
    what = listing.kind.names[language] + ("s" if language is Language.EN else "")
    facts = Facts(
        kind=listing.kind,
        title=f"{words(written.campaigns[campaigns[0]], language)} · {what}" if len(campaigns) == 1 else what,
        language=language,
        version=snapshot.version,
        address=address,
        collection=f"{base}/v1/{listing.kind}s",
        total=written.total,
        undated_excluded=written.undated_excluded,
        # Outcomes have no coordinates, and nothing has none.
        credits=_credits(snapshot, language) if written.total and listing.kind is not Resource.OUTCOME else [],
    )
    name = "-".join([*(campaigns if len(campaigns) == 1 else []), f"{listing.kind}s"])
    headers = validators(context, address, format_.media_type, language=language, vary=vary_of(query)) | {
        "Content-Disposition": f'attachment; filename="{name}.{language}.{extension}"',
        "X-Data-Version": snapshot.version,
        "X-Total-Count": str(written.total),
        "X-Undated-Excluded": str(written.undated_excluded),
    }
    pieces = _write(asked, format_, facts, context.settings.question_seconds)
    return StreamedResponse(pieces, format_.media_type, headers, compresses=format_.compresses)


def _look(reader: Reader, asked: Asked) -> _Written:
    question = asked.question(reader)
    return _Written(asked.total(reader, question), asked.left_out(reader, question), names_of_campaigns(reader))


def _write(asked: Asked, format_: Format, facts: Facts, batch_seconds: float) -> Generator[bytes, None, None]:
    """Write a document, but not a byte before its first records are read: what fails at once is still an error."""
    with (
        asked.snapshot.streams.lend(batch_seconds) as reader,
        closing(read_all(reader, asked.listing, asked.question(reader), asked.values, View(facts.language))) as records,
    ):
        yield from format_.write(chain([next(records, [])], records), facts)


def _find_format(kind: Resource, extension: str) -> Format:
    found = FORMATS.get(extension)
    if found is None or kind not in found.kinds:
        paths = [f"/v1/{kind}s.{format_.extension}" for format_ in formats_of(kind)]
        raise NotFound(f"There is no {extension[:100]!r} of the {kind}s.", nearest=[f"/v1/{kind}s", *paths])
    return found


def _check_size(format_: Format, total: int) -> None:
    if format_.max_records is not None and total > format_.max_records:
        detail = f"holds at most {format_.max_records:,} records, and {total:,} match; ask for fewer, or take csv"
        raise InvalidQuery([refused("format", format_.extension, "too_many_records", detail, "csv")])


def _credits(snapshot: Database, language: Language) -> list[Credit]:
    return [
        Credit(
            name=words(credit["name"], language),
            licence=credit["licence"],
            licence_url=credit["licence_url"],
            attribution=words(credit["attribution"], language),
        )
        for credit in snapshot.credits
    ]
