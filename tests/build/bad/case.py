"""What a bad seed is."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.build.edits import Told


class Case(NamedTuple):
    """A document damaged in one way."""

    name: str
    file: str
    old: str
    """What stands in the document once."""
    new: str
    """What is written in its place, with a mark for each fault."""
    printed: Sequence[Told]
    """Of each fault the field, and a piece of the message."""


class Target(NamedTuple):
    """A field that takes wrong values."""

    file: str
    old: str
    new: str
    """What is written in the place of the old text, with `{}` for the value and a mark for the fault."""
    field: str

    def case(self, value: str, message: str) -> Case:
        """Make the case of one wrong value."""
        name = f"{self.field} is {value[:30]!a}"
        return Case(name, self.file, self.old, self.new.replace("{}", value), [(self.field, message)])
