"""Joining evidence with the sentences that it cites, which are stored once for all records."""

import re
from collections.abc import Sequence

from app.db.connections import Reader
from app.db.keys import ANY_LANGUAGE, SENTENCE, record_key
from app.db.statements import json_array
from app.languages import Language
from app.model.codes import Resource

_SENTENCES = """
SELECT wanted.value, CAST(json_text AS BLOB)
FROM json_each(:wanted) AS wanted JOIN rendered ON rendered.key = wanted.value + :first
"""
# Nothing else in JSON looks like these: within a text the quotes are escaped.
_CITED = re.compile(rb'"cited":(\d+)')
_FIELD = b'{"field":"'
# JSON has no line break between its tokens or in its texts.
_BETWEEN = b"\n"


def join_sentences(reader: Reader, stored: Sequence[bytes], language: Language) -> list[bytes]:
    """Return the evidence of each record with the fields of the sentences that it cites, as JSON arrays."""
    # All at once: to split the evidence of 200 records one by one would take four times as long.
    pieces = _CITED.split(_BETWEEN.join(stored))
    sentences = _read_sentences(reader, pieces[1::2], language)
    pieces[1::2] = [sentences[number] for number in pieces[1::2]]
    return b"".join(pieces).split(_BETWEEN)


def add_translations(reader: Reader, stored: Sequence[bytes], translations: Sequence[bytes]) -> list[bytes]:
    """Return the translations of each record with those of the sentences that its evidence cites, as JSON arrays."""
    cited = [_CITED.findall(evidence) for evidence in stored]
    sentences = _read_sentences(reader, [number for numbers in cited for number in numbers], ANY_LANGUAGE)
    whole = []
    for own, numbers in zip(translations, cited, strict=True):
        added = [
            sentences[number].replace(_FIELD, b"%b/evidence/%d" % (_FIELD, index))
            for index, number in enumerate(numbers)
        ]
        whole.append(b"[%b]" % b",".join(filter(None, (own[1:-1], *added))))
    return whole


def _read_sentences(reader: Reader, numbers: Sequence[bytes], language: str) -> dict[bytes, bytes]:
    """Return the fields of sentences as JSON, by their numbers; in `ANY_LANGUAGE` their translations."""
    wanted = json_array(sorted({int(number) for number in numbers}))
    first = record_key(Resource.SOURCE, SENTENCE, language)
    rows = reader.rows(_SENTENCES, {"wanted": wanted, "first": first})
    return {b"%d" % number: json_text for number, json_text in rows}
