"""Reading records by number, as the JSON bytes that are sent, with the parts that `include` adds."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from typing import NamedTuple

from app.db.compression import decompress
from app.db.connections import Reader
from app.db.evidence import add_translations, join_sentences
from app.db.keys import ANY_LANGUAGE, RECORD, SUMMARY, TRANSLATIONS, record_key
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.statements import json_array
from app.languages import LANGUAGES, Language
from app.model.codes import Resource


class RecordView(NamedTuple):
    """The language of records, and the parts to include."""

    language: Language
    include: Sequence[str] = ()


RenderedRecords = Sequence[tuple[bytes, int]]
"""Records in a language as JSON, each with its stem: the length of what comes before its parts."""

# JSON is read as bytes: decoding and encoding it again would take longer than reading it.
_RECORD = "SELECT CAST(json_text AS BLOB), stem FROM rendered WHERE key = :key"
_RECORDS = """
SELECT CAST(json_text AS BLOB), stem
FROM json_each(:wanted) AS wanted JOIN rendered ON rendered.key = wanted.value + :first
ORDER BY wanted.key
"""
_PARTS = """
SELECT compressed
FROM json_each(:wanted) AS wanted JOIN rendered_part ON rendered_part.key = wanted.value + :first
ORDER BY wanted.key
"""


def read_records(reader: Reader, spec: ListSpec, numbers: Sequence[int], view: RecordView) -> list[bytes]:
    """Return the JSON of records by number, in the order of `numbers`."""
    return add_parts(reader, spec, numbers, _read_rendered(reader, spec.resource, numbers, view.language), view)


def add_parts(
    reader: Reader, spec: ListSpec, numbers: Sequence[int], records: RenderedRecords, view: RecordView
) -> list[bytes]:
    """Return the JSON of records that were read, with the parts to include; `numbers` are those of the records."""
    if not view.include or not records:
        return [record for record, _ in records]
    # A record ends with its parts, which are null, except that the last may be there in brief.
    labels = [b',"%b":' % part.encode() for part in spec.parts]
    tail = sum(len(label) + len(b"null") for label in labels) - len(b"null")
    brief = [record[stem + tail : -1] for record, stem in records]
    columns: list[Sequence[bytes]] = []
    evidence: list[bytes] | None = None
    for part in spec.parts:
        if part not in view.include:
            columns.append(brief if part == spec.parts[-1] else [b"null"] * len(records))
        elif part in spec.linked_parts:
            columns.append(spec.linked_parts[part](reader, numbers, brief, view.language))
        elif part == TRANSLATIONS:
            translations = _translations_of(reader, spec.resource, numbers, {view.language: records})
            columns.append(translations if evidence is None else add_translations(reader, evidence, translations))
        else:
            evidence = [decompress(part_) for part_ in _read_parts(reader, spec.resource, part, numbers)]
            columns.append(join_sentences(reader, evidence, view.language))
    return [
        b"".join((record[:stem], *chain.from_iterable(zip(labels, parts, strict=True)), b"}"))
        for (record, stem), *parts in zip(records, *columns, strict=True)
    ]


def _read_rendered(reader: Reader, resource: Resource, numbers: Sequence[int], language: Language) -> RenderedRecords:
    """Return the records in a language."""
    if len(numbers) == 1:
        return reader.rows(_RECORD, {"key": record_key(resource, RECORD, language, numbers[0])})
    first = record_key(resource, RECORD, language)
    return reader.rows(_RECORDS, {"wanted": json_array(numbers), "first": first})


def _read_parts(reader: Reader, resource: Resource, part: str, numbers: Sequence[int]) -> list[bytes]:
    """Return a compressed part of each record."""
    first = record_key(resource, part, ANY_LANGUAGE)
    return [compressed for (compressed,) in reader.rows(_PARTS, {"wanted": json_array(numbers), "first": first})]


def _translations_of(
    reader: Reader, resource: Resource, numbers: Sequence[int], known: Mapping[Language, RenderedRecords]
) -> list[bytes]:
    """Return the translations of each record, which are compressed against the record in all languages.

    `known` has the records of the languages that have been read already.
    """
    records = [
        known[language] if language in known else _read_rendered(reader, resource, numbers, language)
        for language in LANGUAGES
    ]
    compressed = _read_parts(reader, resource, TRANSLATIONS, numbers)
    return [
        decompress(part, b"".join(record for record, _ in in_all_languages))
        for part, *in_all_languages in zip(compressed, *records, strict=True)
    ]


def read_record(reader: Reader, spec: ListSpec, number: int, view: RecordView) -> bytes:
    """Return the JSON of a record by its number."""
    (record,) = read_records(reader, spec, [number], view)
    return record


def read_part(reader: Reader, resource: Resource, number: int, part: str, language: str) -> bytes:
    """Return a rendered part of an existing record that is not compressed, as JSON."""
    part_: bytes = reader.scalar(_RECORD, {"key": record_key(resource, part, language, number)})
    return part_


def read_summary(reader: Reader, number: int, view: RecordView) -> bytes:
    """Return the summary of a campaign as JSON, by the campaign's number."""
    summary = read_part(reader, Resource.CAMPAIGN, number, SUMMARY, view.language)
    if TRANSLATIONS not in view.include:
        return summary
    every = [read_part(reader, Resource.CAMPAIGN, number, SUMMARY, language) for language in LANGUAGES]
    (compressed,) = _read_parts(reader, Resource.CAMPAIGN, SUMMARY, [number])
    return summary.removesuffix(b"null}") + decompress(compressed, b"".join(every)) + b"}"


def read_all(reader: Reader, selection: ListSelection, view: RecordView) -> Generator[list[bytes], None, None]:
    """Iterate over the JSON of all selected records, in order, a hundred at a time."""
    with closing(selection.batches(reader)) as batches:
        for batch in batches:
            yield read_records(reader, selection.spec, batch, view)
