"""Answering a list or a record: from a validated query to a response with validators, links and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import blake2b
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.languages import Language, words
from app.published.answers import ListLinks, ListMeta, RecordLinks, RecordMeta
from app.storage.cursors import CursorError, Values, decode_cursor, encode_cursor
from app.storage.identifiers import Identifier, find_identifiers, nearest_ids
from app.storage.matching import Conditions
from app.storage.paging import Listing, Order, Question, View, count, fits, order_by, read_page, read_record
from app.vocabulary import RecordKind, with_article
from app.web.context import Context, base_url, context_of
from app.web.lists import ListQuery
from app.web.negotiation import JSON, combined, negotiate_language, require_json
from app.web.problems import Gone, InvalidQuery, NotFound, ParameterError
from app.web.queries import LocalisedQuery, Refers, query_string, refused, unknown_value

_ADDRESSED = (
    RecordKind.CAMPAIGN,
    RecordKind.EVENT,
    RecordKind.LOCATION,
    RecordKind.OUTCOME,
    RecordKind.SOURCE,
)
"""The kinds of record that have an address of their own."""


@dataclass(frozen=True)
class Matching:
    """The records that a list's query asks for, and those that it leaves out for want of a date."""

    conditions: Conditions
    undated: Conditions | None = None
    """What the undated records meet that were left out; None where none were."""


def answer_list(request: Request, listing: Listing, query: ListQuery, matching: Matching) -> Response:
    """Answer with one page of a list."""
    context = context_of(request)
    require_json(combined(request.headers, "accept"))
    language = _language(request, query, _check_references(context, query))
    order = order_by(listing, _sort_of(query, listing))
    version = context.snapshot.version
    walk = _walk(request.scope["path"], query, order, language)
    question = Question(matching.conditions, order, _after(query, order, walk, version), query.limit)
    page = read_page(context.snapshot, listing, question, View(language, _include_of(query)))
    undated = count(context.snapshot, listing.table, matching.undated) if matching.undated is not None else 0
    meta = ListMeta(
        total=count(context.snapshot, listing.table, matching.conditions),
        limit=query.limit,
        version=version,
        language=language,
        undated_excluded=undated,
        facets=None,
    )
    address = base_url(request) + request.scope["path"]
    next_ = None
    if page.last is not None:
        cursor = encode_cursor(page.last, walk, version)
        next_ = _with_query(address, [*query.canonical(without=("cursor",)), ("cursor", cursor)])
    links = ListLinks(self=_with_query(address, query.canonical()), next=next_)
    body = f'{{"data":[{",".join(page.records)}],"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
    response = _represent(context, body, language, links.self, negotiated=query.lang is None)
    if links.next is not None:
        response.headers["Link"] = f'<{links.next}>; rel="next"'
    return response


def answer_record(request: Request, listing: Listing, id_: str, query: LocalisedQuery) -> Response:
    """Answer with one record, or say where it went; raises NotFound with the nearest ids, or Gone."""
    context = context_of(request)
    require_json(combined(request.headers, "accept"))
    collection = request.scope["path"].rsplit("/", 1)[0]
    known = find_identifiers(context.snapshot, [id_])
    found = next((item for item in known if item.kind == listing.kind), None)
    language = _language(request, query, [found] if found else [])
    if found is None:
        raise _not_found(context, listing, id_, collection, known)
    if found.retired:
        return _retired(request, found, collection, query, language)
    record = read_record(context.snapshot, listing, id_, View(language, _include_of(query)))
    address = base_url(request) + collection
    links = RecordLinks(self=_with_query(f"{address}/{id_}", query.canonical()), collection=address)
    meta = RecordMeta(version=context.snapshot.version, language=language)
    body = f'{{"data":{record},"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
    return _represent(context, body, language, links.self, negotiated=query.lang is None)


def _check_references(context: Context, query: LocalisedQuery) -> list[Identifier]:
    """Find the records that parameters name; raises InvalidQuery for every id that is not one of its kind."""
    wanted = [
        (name, marker.kind, id_)
        for name, field in type(query).model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Refers)
        for id_ in getattr(query, name)
    ]
    if not wanted:
        return []
    found = find_identifiers(context.snapshot, [id_ for _, _, id_ in wanted])
    in_use = {(item.kind, item.id): item for item in found if not item.retired}
    errors = [
        _wrong_reference(context, name, kind, id_, [item for item in found if item.id == id_])
        for name, kind, id_ in wanted
        if (kind, id_) not in in_use
    ]
    if errors:
        raise InvalidQuery(errors)
    # The campaign that a list is narrowed to decides the language that it falls back to.
    return [in_use[kind, id_] for _, kind, id_ in wanted if kind == "campaign"]


def _wrong_reference(context: Context, name: str, kind: str, id_: str, found: list[Identifier]) -> ParameterError:
    retired = next((item for item in found if item.kind == kind), None)
    if retired is not None:
        if retired.successor is None:
            return unknown_value(name, id_, f"was withdrawn from the {kind}s", None)
        return unknown_value(name, id_, f"was merged into another {kind}", retired.successor)
    suggestion = next(iter(nearest_ids(context.snapshot, kind, id_, most=1)), None)
    others = [item.kind for item in found]
    what = f"is the id of no {kind}" + (f" (it is that of {with_article(others[0])})" if others else "")
    return unknown_value(name, id_, what, suggestion)


def _language(request: Request, query: LocalisedQuery, of_campaign: Sequence[Identifier]) -> Language:
    campaigns = {item.language for item in of_campaign}
    fallback = campaigns.pop() if len(campaigns) == 1 else context_of(request).snapshot.language
    return negotiate_language(query, combined(request.headers, "accept-language"), fallback)


def _sort_of(query: ListQuery, listing: Listing) -> list[str]:
    sort: str = getattr(query, "sort", listing.default_sort)
    return sort.split(",")


def _include_of(query: LocalisedQuery) -> list[str]:
    include: list[str] = getattr(query, "include", [])
    return include


def _walk(path: str, query: ListQuery, order: Order, language: Language) -> str:
    """Name what a cursor depends on: the matching set and the order, and nothing else."""
    pairs = query.canonical(without=("cursor", "limit", "include", "lang"))
    return f"{path}?{query_string(pairs)}#{language if order.by_language else ''}"


def _after(query: ListQuery, order: Order, walk: str, version: str) -> Values | None:
    if query.cursor is None:
        return None
    try:
        after = decode_cursor(query.cursor, walk, version)
        if not fits(order, after):
            raise CursorError.altered()
    except CursorError as error:
        raise InvalidQuery([refused("cursor", query.cursor, error.code, str(error))]) from error
    return after


def _with_query(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{query_string(pairs)}" if pairs else address


def _not_found(context: Context, listing: Listing, id_: str, collection: str, known: Sequence[Identifier]) -> NotFound:
    others = [item.kind for item in known if item.kind in _ADDRESSED]
    hint = f" It is the id of {with_article(others[0])}." if others else ""
    paths = [f"/v1/{kind}s/{id_}" for kind in others]
    paths += [f"{collection}/{near}" for near in nearest_ids(context.snapshot, listing.kind, id_[:100])]
    return NotFound(f"There is no {listing.kind} with the id {id_[:100]!r}.{hint}", nearest=paths)


def _retired(
    request: Request, found: Identifier, collection: str, query: LocalisedQuery, language: Language
) -> Response:
    if found.successor is None:
        reason = words(found.reason, language) if found.reason else ""
        headers = {"Content-Language": language.value} | ({} if query.lang else {"Vary": "Accept-Language"})
        raise Gone(f"The {found.kind} {found.id!r} was withdrawn. {reason}".rstrip(), headers=headers)
    address = f"{base_url(request)}{collection}/{quote(found.successor)}"
    cache = f"public, max-age={context_of(request).settings.cache_seconds}"
    headers = {"Location": _with_query(address, query.canonical()), "Cache-Control": cache}
    return Response(status_code=308, headers=headers)


def _represent(context: Context, body: str, language: Language, address: str, *, negotiated: bool) -> Response:
    """Make the response with the validators that everything before its encoding decides."""
    settings = context.settings
    identity = "\n".join((context.snapshot.version, __version__, address, JSON, language))
    vary = "Accept, Accept-Language" if negotiated else "Accept"
    headers = {
        "ETag": f'"{blake2b(identity.encode(), digest_size=12).hexdigest()}"',
        "Last-Modified": formatdate(context.snapshot.modified, usegmt=True),
        "Cache-Control": f"public, max-age={settings.cache_seconds}, stale-while-revalidate={settings.stale_seconds}",
        "Content-Language": language.value,
        "Vary": vary,
    }
    return Response(body.encode(), media_type=JSON, headers=headers)
