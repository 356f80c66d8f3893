"""The nouns in messages about ids."""

from collections.abc import Mapping

from app.languages import Language
from app.messages import Message, message
from app.model.codes import RESOURCES
from app.model.vocabularies import FacetName


def noun(kind: str) -> Mapping[Language, str]:
    """Return the name of a kind of ids in every language: a resource, or a facet whose values are ids."""
    return RESOURCES[kind].names if kind in RESOURCES else FacetName[kind.upper()].names


def with_article(kind: str) -> Message:
    """Return the name of a kind of ids, with the indefinite article in English."""
    if kind[0] in "aeiou":
        return message("an {noun}", noun=noun(kind))
    return message("a {noun}", noun=noun(kind))
