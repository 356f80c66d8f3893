"""Parameters whose values are ids: checking that each is in use, and choosing the language by them."""

from collections.abc import Sequence
from functools import cache

from app.db.identifiers import Identifier, find_identifiers, nearest_ids
from app.http.context import Context
from app.http.errors import InvalidQuery, ParameterError
from app.http.negotiation import negotiate_language
from app.http.param_errors import unknown_value
from app.http.params import LocalisedParams, Params, Refers
from app.http.request import ApiRequest
from app.languages import Language
from app.model.codes import with_indefinite_article

_MAX_SUGGESTIONS = 5
"""For how many unknown ids the nearest one is looked up; each takes a millisecond."""


def check_references(context: Context, params: LocalisedParams) -> list[Identifier]:
    """Resolve the ids among the parameters; returns the campaigns.

    Raises InvalidQuery naming every id that is not in use, with its successor or the nearest id.
    """
    present = params.model_fields_set
    wanted = [
        (name, resource, id_)
        for name, resource in _references(type(params))
        if name in present
        for id_ in getattr(params, name)
    ]
    if not wanted:
        return []
    found = find_identifiers(context.database.inline_reader, [id_ for _, _, id_ in wanted])
    in_use = {(item.kind, item.id): item for item in found if not item.retired}
    unknown = [(name, resource, id_) for name, resource, id_ in wanted if (resource, id_) not in in_use]
    if unknown:
        raise InvalidQuery(
            [
                _unknown_reference(
                    context,
                    name,
                    resource,
                    id_,
                    [item for item in found if item.id == id_],
                    suggest=index < _MAX_SUGGESTIONS,
                )
                for index, (name, resource, id_) in enumerate(unknown)
            ]
        )
    return [in_use[resource, id_] for _, resource, id_ in wanted if resource == "campaign"]


def language_of(request: ApiRequest, params: LocalisedParams, campaigns: Sequence[Identifier]) -> Language:
    """Choose the language of a response; it falls back to the source language of the only campaign in `campaigns`."""
    languages = {item.language for item in campaigns}
    fallback = languages.pop() if len(languages) == 1 else request.context.database.language
    return negotiate_language(params, request.accept_language, fallback)


@cache
def _references(model: type[Params]) -> list[tuple[str, str]]:
    """List the parameters whose values are ids, each with the resource that they are ids of."""
    return [
        (name, marker.resource)
        for name, field in model.model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Refers)
    ]


def _unknown_reference(
    context: Context, name: str, resource: str, id_: str, found: list[Identifier], *, suggest: bool
) -> ParameterError:
    retired = next((item for item in found if item.kind == resource), None)
    if retired is not None:
        if retired.successor is None:
            return unknown_value(name, id_, f"was withdrawn from the {resource}s", None)
        return unknown_value(name, id_, f"was merged into another {resource}", retired.successor)
    similar = nearest_ids(context.database.inline_reader, resource, id_, limit=1) if suggest else []
    suggestion = similar[0] if similar else None
    others = [item.kind for item in found]
    hint = f" (it is that of {with_indefinite_article(others[0])})" if others else ""
    return unknown_value(name, id_, f"is the id of no {resource}{hint}", suggestion)
