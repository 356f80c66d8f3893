"""JSON Lines: one record a line, as it is published (jsonlines.org)."""

from app.exports.format import Facts, Pieces, Records


def write(records: Records, _: Facts) -> Pieces:
    """Write each record's published JSON on a line of its own; no records are an empty document.

    The lines are nothing but records, so the document says nothing of itself: its facts are in the
    answer's header fields.
    """
    for batch in records:
        # PublicModel JSON has no line break in it: within a string it is written \n.
        yield b"\n".join((*batch, b""))
