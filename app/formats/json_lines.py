"""JSON Lines: one record a line, as it is published (jsonlines.org)."""

from collections.abc import Generator

from app.formats.format import LISTED, Facts, Format, Records


def write(records: Records, _: Facts) -> Generator[bytes, None, None]:
    """Write each record's published JSON on a line of its own; no records are an empty document.

    The lines are nothing but records, so the document says nothing of itself: its facts are in the
    answer's header fields.
    """
    for batch in records:
        # Published JSON has no line break in it: within a string it is written \n.
        yield "".join(f"{record}\n" for record in batch).encode()


JSON_LINES = Format(
    extension="jsonl",
    media_type="application/jsonl",
    description="One record a line (JSON Lines), each as in the list: for pipelines and for data too large to hold.",
    kinds=LISTED,
    write=write,
)
