"""JSON Lines (jsonlines.org): one record a line, as it is in the list."""

from app.exports.format import Facts, Format, Pieces, Records


def json_lines_format() -> Format:
    """Return the format, which needs nothing of a resource."""
    return Format(
        extension="jsonl",
        media_type="application/jsonl",
        description="One record a line (JSON Lines), each as in the list: for pipelines and large data.",
        write=_write,
    )


def _write(records: Records, _: Facts) -> Pieces:
    """Write each record's JSON on its own line; the document's metadata are in the response's headers."""
    for batch in records:
        # The JSON has no line break: within a string it is written \n.
        yield b"\n".join((*batch, b""))
