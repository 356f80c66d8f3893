"""Resolving the id in a path."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from app.db.identifiers import Identifier, find_identifiers, nearest_ids
from app.db.list_spec import ListSpec
from app.http.context import Context
from app.http.errors import PROBLEM_LANGUAGE, Moved, NotFound, Problem
from app.http.links import with_query
from app.http.params import LocalisedParams
from app.http.references import language_of
from app.http.request import ApiRequest
from app.languages import text_in
from app.model.codes import ADDRESSED_RESOURCES, with_indefinite_article


def find_record(request: ApiRequest, spec: ListSpec, id_: str, params: LocalisedParams) -> Identifier:
    """Find a record by its id; raises NotFound with the nearest ids, Moved, or a Problem with the status 410."""
    context = request.context
    known = find_identifiers(context.database.inline_reader, [id_])
    found = next((item for item in known if item.kind == spec.resource), None)
    if found is None:
        raise _not_found(context, spec, id_, known)
    if not found.retired:
        return found
    if found.successor is None:
        language = language_of(request, params, [found])
        reason = text_in(found.reason, language) if found.reason else ""
        # The reason is in the language of the response.
        languages = dict.fromkeys((PROBLEM_LANGUAGE, language.value))
        headers = {"Content-Language": ", ".join(languages)} | ({} if params.lang else {"Vary": "Accept-Language"})
        detail = f"The {spec.resource} {id_!r} was withdrawn. {reason}".rstrip()
        raise Problem(detail, status=HTTPStatus.GONE, headers=headers)
    collection = f"/v1/{spec.resource}s"
    below = request.path.removeprefix(f"{collection}/{id_}")
    url = f"{request.origin}{collection}/{quote(found.successor)}{below}"
    raise Moved(with_query(url, params.canonical()), f"public, max-age={context.settings.max_age_seconds}")


def number_of(found: Identifier) -> int:
    """Return the number of a record that is in use."""
    assert found.number is not None  # noqa: S101 - every addressed record in use has one
    return found.number


def _not_found(context: Context, spec: ListSpec, id_: str, known: Sequence[Identifier]) -> NotFound:
    resource, shown = spec.resource, id_[:100]
    others = [item.kind for item in known if item.kind in ADDRESSED_RESOURCES]
    hint = f" It is the id of {with_indefinite_article(others[0])}." if others else ""
    paths = [f"/v1/{other}s/{id_}" for other in others]
    paths += [f"/v1/{resource}s/{near}" for near in nearest_ids(context.database.inline_reader, resource, shown)]
    return NotFound(f"There is no {resource} with the id {shown!r}.{hint}", nearest=paths)
