from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.keys import ANY_LANGUAGE, PARTS, record_key, record_of_search_key, search_key, search_keys
from app.languages import LANGUAGES, Language
from app.model.codes import ADDRESSED_RESOURCES, Resource
from tests.languages import EN

MOST = (1 << 40) - 1
kinds = st.sampled_from(ADDRESSED_RESOURCES)
parts = st.sampled_from(PARTS)
languages = st.sampled_from((ANY_LANGUAGE, *LANGUAGES))
numbers = st.integers(0, MOST)


@given(kinds, numbers)
def test_a_key_of_the_index_identifies_its_record(kind: Resource, number: int) -> None:
    key = search_key(kind, number)
    assert record_of_search_key(key) == (kind, number)
    first, last = search_keys(kind)
    assert first <= key <= last


@given(kinds, numbers, kinds, numbers)
def test_keys_of_the_index_stand_in_the_order_of_kinds_and_numbers(
    kind: Resource, number: int, other: Resource, another: int
) -> None:
    places = (ADDRESSED_RESOURCES.index(kind), number), (ADDRESSED_RESOURCES.index(other), another)
    assert (places[0] < places[1]) == (search_key(kind, number) < search_key(other, another))


def test_the_kinds_stand_side_by_side() -> None:
    spans = [search_keys(kind) for kind in ADDRESSED_RESOURCES]
    assert spans[0][0] == 0
    for (_, last), (first, _) in pairwise(spans):
        assert first == last + 1


def test_no_two_published_parts_have_one_key() -> None:
    everything = list(product(ADDRESSED_RESOURCES, PARTS, (ANY_LANGUAGE, *LANGUAGES), (0, 1, MOST)))
    keys = {record_key(kind, part, language, number) for kind, part, language, number in everything}
    assert len(keys) == len(everything)
    assert all(0 <= key < 2**63 for key in keys)


@given(kinds, parts, languages, numbers)
def test_those_of_a_kind_part_and_language_stand_together(
    kind: Resource, part: str, language: Language | str, number: int
) -> None:
    first = record_key(kind, part, language)
    assert record_key(kind, part, language, number) == first + number


def test_what_is_no_kind_part_or_language_has_no_key() -> None:
    with pytest.raises(ValueError, match="not in"):
        search_key(Resource.PILLAR, 1)
    with pytest.raises(ValueError, match="not in"):
        record_key(Resource.EVENT, "nothing", EN)
    with pytest.raises(ValueError, match="not in"):
        record_key(Resource.EVENT, PARTS[0], "fr")


def test_keys_are_what_they_are_in_databases_that_were_built_before() -> None:
    assert search_key(Resource.OUTCOME, 7) == (3 << 40) + 7
    assert record_key(Resource.OUTCOME, PARTS[4], EN, 7) == (0x343 << 40) + 7
