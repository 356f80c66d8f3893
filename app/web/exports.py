"""Answering with a whole list as one document, in any of the formats."""

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

from fastapi import Path
from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response

from app.formats import FORMATS
from app.formats.format import Credit, Facts, Format
from app.languages import Language, words
from app.storage.matching import Conditions, Matching
from app.storage.paging import Listing, Question, View, count, read_all
from app.storage.snapshot import Snapshot
from app.tables import IdentifierRow
from app.vocabulary import RecordKind
from app.web.asking import ask_list, vary_of, with_query
from app.web.context import base_url, context_of
from app.web.lists import FilterQuery
from app.web.negotiation import combined, require_media
from app.web.problems import InvalidQuery, NotFound
from app.web.queries import refused
from app.web.streaming import StreamedResponse
from app.web.validators import validators

_SCHEMAS = {RecordKind.EVENT: "Event", RecordKind.LOCATION: "Location", RecordKind.OUTCOME: "Outcome"}


def formats_of(kind: RecordKind) -> list[Format]:
    """List the formats that records of a kind can be had in."""
    return [format_ for format_ in FORMATS.values() if kind in format_.kinds]


def format_parameter(kind: RecordKind) -> Any:
    """Make the path parameter of an export."""
    described = "; ".join(f"`{format_.extension}`: {format_.description}" for format_ in formats_of(kind))
    extensions: list[Any] = [format_.extension for format_ in formats_of(kind)]
    return Path(description=f"{described}.", examples=["csv"], json_schema_extra={"enum": extensions})


def export_responses(kind: RecordKind) -> dict[int | str, dict[str, Any]]:
    """Describe to OpenAPI what an export answers with."""
    reference = f"#/components/schemas/{_SCHEMAS[kind]}"
    content = {
        format_.media_type.partition(";")[0]: {"schema": format_.schema(reference)} for format_ in formats_of(kind)
    }  # fmt: skip
    return {200: {"description": "The document, sent as it is made.", "content": content}}


def answer_export(
    request: Request, listing: Listing, extension: str, query: FilterQuery, matching: Matching
) -> Response:
    """Answer with all the records that are asked for; raises NotFound where there is no such format of them."""
    context = context_of(request)
    format_ = _find_format(listing.kind, extension)
    require_media(combined(request.headers, "accept"), format_.media_type.partition(";")[0])
    asked = ask_list(request, listing, query, matching)
    snapshot, language = context.snapshot, asked.language
    conditions, undated_excluded = _written(snapshot, listing, format_, asked.matching)
    total = count(snapshot, listing.table, conditions)
    _check_size(format_, total)
    base = base_url(request)
    campaigns = _campaigns(snapshot, getattr(query, "campaign", []))
    # Only the terms' English knows a plural.
    what = listing.kind.names[language] + ("s" if language is Language.EN else "")
    facts = Facts(
        kind=listing.kind,
        title=f"{words(campaigns[0].name, language)} · {what}" if len(campaigns) == 1 else what,
        language=language,
        version=snapshot.version,
        address=with_query(base + request.scope["path"], query.canonical()),
        collection=f"{base}/v1/{listing.kind}s",
        total=total,
        undated_excluded=undated_excluded,
        # Outcomes have no coordinates, and nothing has none.
        credits=_credits(snapshot, language) if total and listing.kind is not RecordKind.OUTCOME else [],
    )
    question = Question(conditions, asked.order)
    name = "-".join([*(campaign.id for campaign in campaigns[:1] if len(campaigns) == 1), f"{listing.kind}s"])
    headers = validators(context, facts.address, format_.media_type, language=language, vary=vary_of(query)) | {
        "Content-Disposition": f'attachment; filename="{name}.{language}.{extension}"',
        "X-Data-Version": snapshot.version,
        "X-Total-Count": str(total),
        "X-Undated-Excluded": str(undated_excluded),
    }
    pieces = _write(snapshot, listing, question, format_, facts)
    return StreamedResponse(pieces, format_.media_type, headers, compresses=format_.compresses)


def _write(
    snapshot: Snapshot, listing: Listing, question: Question, format_: Format, facts: Facts
) -> Generator[bytes, None, None]:
    """Write a document, but not a byte before its first records are read: what fails at once is still an error."""
    with (
        snapshot.reader() as reader,
        closing(read_all(reader, listing, question, View(facts.language, ()))) as records,
    ):
        yield from format_.write(chain([next(records, [])], records), facts)


def _find_format(kind: RecordKind, extension: str) -> Format:
    found = FORMATS.get(extension)
    if found is None or kind not in found.kinds:
        paths = [f"/v1/{kind}s.{format_.extension}" for format_ in formats_of(kind)]
        raise NotFound(f"There is no {extension[:100]!r} of the {kind}s.", nearest=[f"/v1/{kind}s", *paths])
    return found


def _written(snapshot: Snapshot, listing: Listing, format_: Format, matching: Matching) -> tuple[Conditions, int]:
    """Give the conditions of what a format writes, and how many records are left out for want of a date."""
    conditions = matching.every()
    left_out = matching.left_out()
    excluded = count(snapshot, listing.table, left_out) if left_out is not None else 0
    if not format_.dated_only:
        return conditions, excluded
    undated = col(listing.undated).is_(True)
    return [*conditions, ~undated], excluded + count(snapshot, listing.table, [*conditions, undated])


def _check_size(format_: Format, total: int) -> None:
    if format_.max_records is not None and total > format_.max_records:
        detail = f"holds at most {format_.max_records:,} records, and {total:,} match; ask for fewer, or take csv"
        raise InvalidQuery([refused("format", format_.extension, "too_many_records", detail, "csv")])


def _campaigns(snapshot: Snapshot, named: Sequence[str]) -> Sequence[Any]:
    """Give the id and name of each campaign that a document is about."""
    kind, id_ = col(IdentifierRow.kind), col(IdentifierRow.id)
    statement = select(id_, col(IdentifierRow.name)).where(
        kind == RecordKind.CAMPAIGN, col(IdentifierRow.retired).is_(False)
    )
    return snapshot.rows(statement.where(id_.in_(named)) if named else statement)


def _credits(snapshot: Snapshot, language: Language) -> list[Credit]:
    return [
        Credit(
            name=words(credit["name"], language),
            licence=credit["licence"],
            licence_url=credit["licence_url"],
            attribution=words(credit["attribution"], language),
        )
        for credit in snapshot.credits
    ]
