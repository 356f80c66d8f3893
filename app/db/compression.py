"""Compression of rarely requested parts, by zlib with a preset dictionary (RFC 1950).

The dictionary contains strings that the text is likely to repeat: the phrases below, and a text of the caller's, such
as the record whose translations are stored. A file is readable only with the phrases that compressed it, so changing
them requires a new `SCHEMA`.
"""

import zlib

from app.languages import LANGUAGES, TextOrigin

_LEVEL = 6
"""Level 9 saves less than a hundredth more."""

# The most frequent comes last: a short distance takes fewer bits.
_POINTERS = (
    '"/name","/label","/scope/name","/unit_name","/as_stated","/locations_note","/date/note","/note","/forms/1","/forms/0",'
    '"/locations/2/name","/locations/1/name","/locations/0/note",'
    '"/participants/1/name","/organisers/1/name","/organisers/0/note",'
    '["/title","/purpose","/organisers/0/name","/strand/note","/summary",'
    '"/participants/0/name","/locations/0/name","/date/as_stated"]'
)
_EVIDENCE = (
    ',"supports":"/date","as_stated":"年月日至'
    '},{"cited":1,"supports":"/participants/1","as_stated":null,"start":1,"end":1}'
    '},{"cited":1,"supports":"/participants/0","as_stated":null,"start":1,"end":1}]'
    '[{"cited":1,"supports":"","as_stated":null,"start":1,"end":1}'
    ',{"cited":1,"supports":"","as_stated":"20年月日","start":'
)
_FIELDS = (
    "note",
    "name",
    "label",
    "date/note",
    "participants/0/name",
    "organisers/0/name",
    "locations/0/name",
    "summary",
)


def _texts(own: TextOrigin) -> str:
    """Return the texts of a translation whose first language is the source's, and which are empty."""
    origins = [own, TextOrigin.CONVERTED, *[TextOrigin.TRANSLATED] * (len(LANGUAGES) - 2)]
    texts = (
        f'{{"language":"{language}","text":"","origin":"{origin}"}}'
        for language, origin in zip(LANGUAGES, origins, strict=True)
    )
    return f'[{{"field":"/title","texts":[{",".join(texts)}]}}'


_PHRASES = "".join(
    [
        *(f',{{"field":"/{field}","texts":' for field in _FIELDS),
        *(_texts(own) for own in (TextOrigin.SOURCE, TextOrigin.EDITORIAL)),
        _POINTERS,
        _EVIDENCE,
    ]
).encode()


def compress(text: bytes, dictionary: bytes = b"") -> bytes:
    """Return `text` compressed; `dictionary` has strings that it is likely to repeat."""
    compressor = zlib.compressobj(_LEVEL, zdict=dictionary + _PHRASES)
    return compressor.compress(text) + compressor.flush()


def decompress(compressed: bytes, dictionary: bytes = b"") -> bytes:
    """Return the text that was compressed with this dictionary; raises zlib.error for other bytes."""
    decompressor = zlib.decompressobj(zdict=dictionary + _PHRASES)
    return decompressor.decompress(compressed) + decompressor.flush()
