"""What is wrong with seeds, told so that an editor can go to the place and mend it."""

from dataclasses import dataclass
from pathlib import Path

MAX_FAULTS = 1000
"""How many faults of one document, or between documents, are told at once."""

_SHOWN = 80
"""How many characters are shown of what stands in a document."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: in which file and where (both from 1), in which field, and what would be right."""

    file: Path
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.field}: {self.message}"


class SeedError(Exception):
    """The seeds cannot be used; carries every fault that was found, in the order of the files."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def on_one_line(text: str) -> str:
    """Give what stands in a document as it can be shown in a line: its beginning, what has no look as an escape."""
    begun = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return begun if begun.isprintable() else repr(begun)[1:-1]


def quoted(value: object) -> str:
    """Give a value of a document as it can be shown in a line: a text in quotes, its beginning."""
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}…"
    return repr(value)
