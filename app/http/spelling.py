"""Misspelled names and values: which of the known ones was meant, where that is certain."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from app.http.param_values import half_width

MAX_COMPARED = 200
"""How many characters of a name or value are compared."""

_OTHER_NAMES = {
    "bbox": "box bounds boundingbox extent",
    "cursor": "page offset skip pagetoken pagenumber",
    "county": "district",
    "date": "year",
    "date_from": "from since start startson startdate datestart fromdate mindate datemin dategte",
    "date_to": "until to end endson enddate dateend todate maxdate datemax datelte",
    "id": "ids recordid recordids",
    "include": "fields expand embed",
    "lang": "locale language hl",
    "limit": "perpage pagesize size count maxresults",
    "location": "place",
    "organiser": "organisation organization",
    "parent": "partof",
    "q": "query search text keyword keywords term",
    "sort": "order orderby sortby ordering sorting",
    "value_gte": "minvalue valuemin valuefrom",
    "value_lte": "maxvalue valuemax valueto",
    "vocabulary": "vocab vocabularies",
    # No misspelled `date`, `lang` and `undated`, and no inclusive bounds.
    "": "dated lat lng updated valuegt valuelt",
}
"""The names that other services have for a parameter, without case and separators."""

_MEANT = {other: ours for ours, others in _OTHER_NAMES.items() for other in others.split()}


def nearest(value: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a value is a misspelling of, whatever its case, width and separators; None if none is.

    Letters may be swapped, and one may be missing or too many, of six or more also another; of sixteen two. More is
    another word: `unstated` is not `stated`, nor `score` a `scope`. Digits and signs are never others: they have a
    meaning of their own. Where two choices are as near, neither is returned.
    """
    folded = _fold(value[:MAX_COMPARED])
    by_folded = {_fold(choice): choice for choice in choices}
    if folded in by_folded:
        return by_folded[folded]
    # A ratio of 0.8 takes lengths of two thirds of each other at least; comparing lengths first is ten times as fast.
    close = [one for one in by_folded if 2 * len(one) <= 3 * len(folded) and 2 * len(folded) <= 3 * len(one)]
    signs = _signs(folded)
    comparable = [one for one in close if _signs(one) == signs]
    similar = difflib.get_close_matches(folded, comparable, n=2, cutoff=0.8)
    ratios = [difflib.SequenceMatcher(None, one, folded).ratio() for one in similar]
    if not ratios or ratios[1:] == ratios[:1]:
        return None
    return by_folded[similar[0]] if _is_misspelled(similar[0], folded) else None


def _is_misspelled(choice: str, written: str) -> bool:
    if sorted(choice) == sorted(written):
        return True
    changes = difflib.SequenceMatcher(None, choice, written, autojunk=False).get_opcodes()
    edits = sum(max(end - start, to - at) for tag, start, end, at, to in changes if tag != "equal")
    has_others = any(tag == "replace" for tag, *_ in changes)
    return edits <= (1 if len(choice) < 16 else 2) and not (has_others and len(choice) < 6)


def meant_name(name: str, known: Sequence[str]) -> str | None:
    """Return the known parameter that a name means, misspelled or by another service's name; None if none is."""
    plain = re.sub(r"[\s_\[\]]|\b[-.]\b", "", name[:MAX_COMPARED].casefold())
    names = _names(tuple(known))
    meant = _MEANT[plain] if plain in _MEANT else names.get(nearest(plain, names) or "")
    return meant if meant in known else None


@cache
def _names(known: tuple[str, ...]) -> Mapping[str, str]:
    """Return the names that may be misspelled, without separators, each with the parameter that it means."""
    # With another letter, a short name of another service is another word.
    long = {other: ours for other, ours in _MEANT.items() if len(other) > 7}
    ends = ("ids", "id", "s", "")
    return long | {name.replace("_", "") + end: name for name in known for end in (ends if len(name) > 1 else [""])}


@lru_cache(maxsize=2000)
def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", half_width(text)).casefold().strip(" ,;\"'")
    return re.sub(r"(?<=\w)[-\s](?=\w)", "_", plain)


def _signs(text: str) -> str:
    """Return all but the letters of a folded text: digits, and signs that may be operators, such as `!` or `*`."""
    return re.sub(r"[^\W\d]|_", "", text)
