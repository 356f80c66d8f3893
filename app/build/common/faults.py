"""Faults in seeds, with the position and the correction, so that an editor can fix them."""

from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError

MAX_FAULTS = 1000
"""The maximum number of faults reported of one document, or between documents."""

_SHOWN = 80
"""The maximum number of characters quoted from a document."""


@dataclass(frozen=True, order=True)
class Fault:
    """A fault: its file, line and column (both from 1), its field, and a message that says how to write it."""

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
    """Return a document's text for use in a line: its beginning, with unprintable characters escaped."""
    beginning = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return beginning if beginning.isprintable() else repr(beginning)[1:-1]


def quoted(value: object) -> str:
    """Return a document's value for use in a line: a text is quoted and truncated."""
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}…"
    return repr(value)


def document_error(message: str) -> PydanticCustomError:
    """Return a validation error of a document, with the message that its fault has."""
    return PydanticCustomError("document", "{message}", {"message": message})
