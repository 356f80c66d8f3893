"""The terms: every code of the data and the parameters, with its name and its meaning."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, NamedTuple

from fastapi import Query
from pydantic import Field

from app.db.connections import Reader
from app.db.cursors import CursorValues
from app.db.identifiers import names_of_kind
from app.http.context import ApiRequest
from app.http.errors import InvalidQuery
from app.http.list_params import MAX_SEARCH_LENGTH, ListParams, repeatable
from app.http.lists import ReadPage, plan_page
from app.http.negotiation import JSON, require_media
from app.http.param_errors import parameter_error
from app.http.plan import Plan
from app.http.routing import make_router
from app.http.selection import language_of
from app.languages import LANGUAGE_NAMES, LANGUAGES, Language, TextOrigin, localised, text_in
from app.messages import message
from app.model.codes import Code
from app.model.envelopes import ListEnvelope
from app.model.phrases import PHRASES
from app.model.schemas import PublicModel
from app.model.vocabularies import Vocabulary

router = make_router("terms")


class TermRecord(PublicModel):
    """A code, its name and its meaning."""

    vocabulary: Vocabulary = Field(
        description=(
            "The vocabulary of the code: the name of its schema here. The codes of `include`, `facet` and `sort` are "
            "`PartName`, `FacetName` and `SortName`; `Metric` and `Unit` are codes that the data define."
        ),
        examples=["EventCategory"],
    )
    code: str = Field(description="The code, unique in its vocabulary.", examples=["symposium"])
    name: str = Field(description="Its name in the response's language, to be shown in its place.", examples=["座談會"])
    meaning: str = Field(description="What it means, in one sentence.", examples=["多方一起座談交流。"])


class TermListResponse(ListEnvelope[TermRecord]):
    """A page of terms."""


class TermListParams(ListParams):
    """The parameters of the list of terms."""

    q: str | None = Field(
        None,
        max_length=MAX_SEARCH_LENGTH,
        description=(
            "Text to search for: every word must be a part of the code, or of its name or meaning in any language, "
            "whatever its case."
        ),
        examples=["symposium"],
    )
    vocabulary: list[Vocabulary] = repeatable("Vocabularies; repeat for OR.", "EventCategory")


class Term(NamedTuple):
    """A code, with its name and meaning in every language."""

    vocabulary: Vocabulary
    code: str
    names: Mapping[Language, str]
    meanings: Mapping[Language, str]

    def matches(self, words: Sequence[str]) -> bool:
        """Return whether each of some folded words occurs in it."""
        text = _fold("\n".join((self.code, *self.names.values(), *self.meanings.values())))
        return all(word in text for word in words)


@router.get("/v1/terms", response_model=TermListResponse, summary="List all codes with their names")
def list_terms(request: ApiRequest, params: Annotated[TermListParams, Query()]) -> Plan:
    """List every code of the data and the parameters, with its name and meaning in the response's language.

    They are sorted by vocabulary, and then in the order of that vocabulary; metrics and units are sorted by code.
    """
    require_media(request.accept, JSON)
    language = language_of(request, params, [])
    params = params.in_language(language)
    words = _fold(params.q or "").split()
    if params.q is not None and not words:
        detail = message("contains no letter, digit or Chinese character")
        raise InvalidQuery([parameter_error("q", params.q, "nothing_to_search", detail)])
    vocabularies = params.vocabulary or list(Vocabulary)

    def read(reader: Reader, after: CursorValues | None) -> ReadPage:
        found = [
            term
            for term in _all_terms(reader)
            if term.vocabulary in vocabularies and (not words or term.matches(words))
        ]
        start = 0 if after is None else int(after[0])
        end = start + params.limit
        records = [_render(term, language) for term in found[start:end]]
        return ReadPage(records, (end,) if params.limit and end < len(found) else None, total=len(found))

    # The metrics and units of the data may be many.
    return plan_page(request, params, language, read, _is_position, is_slow=True)


def _is_position(after: CursorValues) -> bool:
    return len(after) == 1 and type(after[0]) is int and after[0] > 0


def _render(term: Term, language: Language) -> bytes:
    record = TermRecord(
        vocabulary=term.vocabulary, code=term.code, name=term.names[language], meaning=term.meanings[language]
    )
    return record.model_dump_json().encode()


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _all_terms(reader: Reader) -> Iterator[Term]:
    """Iterate over all terms, sorted by vocabulary."""
    for vocabulary in Vocabulary:
        match vocabulary:
            case Vocabulary.METRIC:
                yield from _terms_of_data(reader, vocabulary, {one: PHRASES[one].metric_meaning for one in LANGUAGES})
            case Vocabulary.UNIT:
                yield from _terms_of_data(reader, vocabulary, {one: PHRASES[one].unit_meaning for one in LANGUAGES})
            case _:
                yield from _fixed_terms()[vocabulary]


def _terms_of_data(reader: Reader, vocabulary: Vocabulary, meanings: Mapping[Language, str]) -> Iterator[Term]:
    for id_, name in names_of_kind(reader, vocabulary.lower()).items():
        names = {language: text_in(name, language) for language in LANGUAGES}
        yield Term(vocabulary, id_, names, {one: meaning.format(name=names[one]) for one, meaning in meanings.items()})


@cache
def _fixed_terms() -> Mapping[Vocabulary, Sequence[Term]]:
    """Return the terms that are the same whatever the data, by vocabulary."""
    terms = {
        Vocabulary(codes.__name__): [
            Term(Vocabulary(codes.__name__), code.value, code.names, code.meanings) for code in codes
        ]
        for codes in Code.__subclasses__()
    }
    origins = [origin.value for origin in TextOrigin]
    terms[Vocabulary.TEXT_ORIGIN] = [
        Term(Vocabulary.TEXT_ORIGIN, origin, _ORIGIN_NAMES[origin], _ORIGIN_MEANINGS[origin]) for origin in origins
    ]
    terms[Vocabulary.LANGUAGE] = [
        Term(
            Vocabulary.LANGUAGE,
            language.value,
            dict.fromkeys(LANGUAGES, name),
            {one: PHRASES[one].language_meaning.format(name=name) for one in LANGUAGES},
        )
        for language, name in LANGUAGE_NAMES.items()
    ]
    return terms


_ORIGIN_NAMES = localised("codes.TextOrigin", [origin.value for origin in TextOrigin])
_ORIGIN_MEANINGS = localised("meanings.TextOrigin", [origin.value for origin in TextOrigin])
