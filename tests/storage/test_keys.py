from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.languages import LANGUAGES, Language
from app.storage.keys import kind_of_search_key, published_key, search_key, search_keys
from app.tables import ANY_LANGUAGE, PARTS
from app.vocabulary import ADDRESSED, RecordKind

MOST = (1 << 40) - 1
kinds = st.sampled_from(ADDRESSED)
parts = st.sampled_from(PARTS)
languages = st.sampled_from((ANY_LANGUAGE, *LANGUAGES))
numbers = st.integers(0, MOST)


@given(kinds, numbers)
def test_a_key_of_the_index_tells_its_record(kind: RecordKind, number: int) -> None:
    key = search_key(kind, number)
    assert kind_of_search_key(key) == (kind, number)
    first, last = search_keys(kind)
    assert first <= key <= last


@given(kinds, numbers, kinds, numbers)
def test_keys_of_the_index_stand_in_the_order_of_kinds_and_numbers(
    kind: RecordKind, number: int, other: RecordKind, another: int
) -> None:
    places = (ADDRESSED.index(kind), number), (ADDRESSED.index(other), another)
    assert (places[0] < places[1]) == (search_key(kind, number) < search_key(other, another))


def test_the_kinds_stand_side_by_side() -> None:
    spans = [search_keys(kind) for kind in ADDRESSED]
    assert spans[0][0] == 0
    for (_, last), (first, _) in pairwise(spans):
        assert first == last + 1


def test_no_two_published_parts_have_one_key() -> None:
    everything = list(product(ADDRESSED, PARTS, (ANY_LANGUAGE, *LANGUAGES), (0, 1, MOST)))
    keys = {published_key(kind, part, language, number) for kind, part, language, number in everything}
    assert len(keys) == len(everything)
    assert all(0 <= key < 2**63 for key in keys)


@given(kinds, parts, languages, numbers)
def test_those_of_a_kind_part_and_language_stand_together(
    kind: RecordKind, part: str, language: Language | str, number: int
) -> None:
    first = published_key(kind, part, language)
    assert published_key(kind, part, language, number) == first + number


def test_what_is_no_kind_part_or_language_has_no_key() -> None:
    with pytest.raises(ValueError, match="not in"):
        search_key(RecordKind.PILLAR, 1)
    with pytest.raises(ValueError, match="not in"):
        published_key(RecordKind.EVENT, "nothing", Language.EN)
    with pytest.raises(ValueError, match="not in"):
        published_key(RecordKind.EVENT, PARTS[0], "fr")


def test_keys_are_what_they_are_in_snapshots_that_were_built_before() -> None:
    assert search_key(RecordKind.OUTCOME, 7) == (3 << 40) + 7
    assert published_key(RecordKind.OUTCOME, PARTS[4], Language.EN, 7) == (0x343 << 40) + 7
