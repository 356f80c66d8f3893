"""Finding the record that a path names, or saying where it went."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request

from app.db.identifiers import Identifier, find_identifiers, nearest_ids
from app.db.list_query import ListSpec
from app.http.context import Context, base_url, context_of
from app.http.errors import Gone, Moved, NotFound
from app.http.params import LocalisedParams
from app.http.plan import language_of, with_query
from app.languages import words
from app.model.codes import ADDRESSED_RESOURCES, with_article


def find_record(request: Request, listing: ListSpec, id_: str, query: LocalisedParams) -> Identifier:
    """Find a record by its id; raises NotFound with the nearest ids, Gone with the reason, or Moved."""
    context = context_of(request)
    known = find_identifiers(context.snapshot.reader, [id_])
    found = next((item for item in known if item.kind == listing.kind), None)
    if found is None:
        raise _not_found(context, listing, id_, known)
    if not found.retired:
        return found
    if found.successor is None:
        language = language_of(request, query, [found])
        reason = words(found.reason, language) if found.reason else ""
        # The problem is told in English, and its reason in the language of the answer.
        languages = dict.fromkeys(("en", language.value))
        headers = {"Content-Language": ", ".join(languages)} | ({} if query.lang else {"Vary": "Accept-Language"})
        raise Gone(f"The {found.kind} {found.id!r} was withdrawn. {reason}".rstrip(), headers=headers)
    collection = f"/v1/{listing.kind}s"
    below = request.scope["path"].removeprefix(f"{collection}/{id_}")
    address = f"{base_url(request)}{collection}/{quote(found.successor)}{below}"
    cache = f"public, max-age={context.settings.cache_seconds}"
    raise Moved({"Location": with_query(address, query.canonical()), "Cache-Control": cache})


def number_of(found: Identifier) -> int:
    """Give the number of a record that is there."""
    assert found.number is not None  # noqa: S101 - what is in use and has an address has a number
    return found.number


def _not_found(context: Context, listing: ListSpec, id_: str, known: Sequence[Identifier]) -> NotFound:
    others = [item.kind for item in known if item.kind in ADDRESSED_RESOURCES]
    hint = f" It is the id of {with_article(others[0])}." if others else ""
    paths = [f"/v1/{kind}s/{id_}" for kind in others]
    paths += [f"/v1/{listing.kind}s/{near}" for near in nearest_ids(context.snapshot.reader, listing.kind, id_[:100])]
    return NotFound(f"There is no {listing.kind} with the id {id_[:100]!r}.{hint}", nearest=paths)
