"""Reading a YAML text into plain values with the line and column of each.

A deliberately small YAML (1.2 core scalars, one document): no anchors, aliases, tags or merge keys, so that the file's
size bounds the work.
"""

import math
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.scanner import Scanner, ScannerError

from app.build.common.faults import MAX_FAULTS, Fault, SeedError, on_one_line

MAX_BYTES = 4 * 1024 * 1024
"""The maximum size of a document; a larger one is not read."""

MAX_VALUES = 150_000
"""The maximum number of keys and values of a document: some 700 events like those of the first campaign."""

MAX_DEPTH = 40
"""The maximum nesting of lists and mappings."""

Path_ = tuple[str | int, ...]

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]{1,3})?")
_NO_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"(?:^|(?<=[\r\n]))%")
_SURROGATES = range(0xD800, 0xE000)


@dataclass
class YamlDocument:
    """The value of a YAML text, and the position in the file of each part of it."""

    file: Path
    value: Any = None
    positions: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    _remaining: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, path: Path_, message: str) -> Fault:
        """Return a fault at `path`, or at the nearest enclosing part that is in the file."""
        match path:
            case (str(name), int(index), *rest) if name in self._remaining:
                path = (name, self._remaining[name][index], *rest)
        known = path
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions.get(known, (1, 1))
        return Fault(self.file, line, column, dotted(path) or "(document)", message)

    def leave_out(self, items: Collection[Path_]) -> None:
        """Remove items of top-level lists, such as ("events", 3); faults still use the original indexes."""
        for name in {str(item[0]) for item in items}:
            self._remaining[name] = [index for index in range(len(self.value[name])) if (name, index) not in items]
            self.value[name] = [self.value[name][index] for index in self._remaining[name]]


class Position(NamedTuple):
    """A position in the seeds."""

    yaml: YamlDocument
    path: Path_

    def at(self, *steps: str | int) -> "Position":
        """Return the position of a part of what is at this one."""
        return Position(self.yaml, (*self.path, *steps))

    def fault(self, message: str) -> Fault:
        """Return a fault at this position."""
        return self.yaml.fault(self.path, message)


def dotted(path: Path_) -> str:
    """Write a path in a document as `events[2].date.when`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{on_one_line(step)}" for step in path)
    return written.removeprefix(".")


def read_yaml(file: Path) -> YamlDocument:
    """Read one file; raises SeedError with the line and column of what cannot be read."""
    document = YamlDocument(file)
    text = _decode(document)
    yaml = YAML(typ="safe", pure=True)  # round-trip mode leaves markers in folded text
    yaml.Scanner = _Scanner
    composer = _Composer(document, yaml.parse(text))
    try:
        composer.compose(text)
    except MarkedYAMLError as error:
        problem = ": ".join(part for part in (error.context, error.problem) if part)
        composer.find(error.problem_mark or error.context_mark, (), f"not readable as YAML: {problem}")
    if composer.faults:
        raise SeedError(composer.faults)
    return document


def _decode(document: YamlDocument) -> str:
    try:
        found = document.file.stat()
        # Others may be endless, or block until something is written into them; opening a folder fails by itself.
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise SeedError([document.fault((), "is not a regular file; put one in its place")])
        if found.st_size > MAX_BYTES:
            raise SeedError([document.fault((), f"is {found.st_size:,} bytes long; at most {MAX_BYTES:,} are read")])
        with document.file.open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise SeedError([document.fault((), f"cannot be read: {error.strerror}")]) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise _encoding_error(document, before, f"byte 0x{content[error.start]:02X} is not UTF-8") from error
    if control := _NO_TEXT.search(text):
        problem = f"character U+{ord(control.group()):04X} is not allowed in YAML"
        raise _encoding_error(document, text[: control.start()], problem)
    return text


def _encoding_error(document: YamlDocument, before: str, problem: str) -> SeedError:
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"{problem}; save the file as UTF-8 without a byte order mark"
    return SeedError([Fault(document.file, line, column, "(encoding)", message)])


class _Scanner(Scanner):
    """Reports a number that is too large as a YAML error."""

    def fetch_more_tokens(self) -> Any:
        try:
            return super().fetch_more_tokens()
        except (ValueError, OverflowError) as error:
            raise ScannerError(None, None, "the number is too large", self.reader.get_mark()) from error


class _Composer:
    """Composes a document's values from parser events, and records what is not allowed in one."""

    def __init__(self, document: YamlDocument, events: Iterator[Any]) -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._events = events
        self._values = 0

    def find(self, mark: Any, path: Path_, message: str) -> None:
        """Record a fault at a mark of the parser."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.faults.append(Fault(self._document.file, line, column, dotted(path) or "(document)", message))

    def compose(self, text: str) -> None:
        """Compose the whole document; raises SeedError beyond its limits."""
        next(self._events)
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            return self.find(None, (), "is empty; write the document's fields")
        if directive := _DIRECTIVE.search(text, 0, start.start_mark.index):
            line = text.count("\n", 0, directive.start()) + 1
            fault = Fault(self._document.file, line, 1, "(document)", "a directive is not allowed; remove it")
            self.faults.append(fault)
        self._document.value = self._value(next(self._events), ())
        next(self._events)
        end = next(self._events)
        if not isinstance(end, StreamEndEvent):
            self.find(end.start_mark, (), "a second document is not allowed; merge it into the first")
        return None

    def _value(self, event: Any, path: Path_) -> Any:
        mark = event.start_mark
        self._document.positions.setdefault(path, (mark.line + 1, mark.column + 1))
        self._bound(mark, path)
        self._check_event(event, path)
        if isinstance(event, AliasEvent):
            return None
        if isinstance(event, ScalarEvent):
            return _scalar(event.value) if event.style is None else event.value
        if isinstance(event, SequenceStartEvent):
            items = takewhile(lambda item: not isinstance(item, SequenceEndEvent), self._events)
            return [self._value(item, (*path, index)) for index, item in enumerate(items)]
        return dict(self._entries(path))

    def _bound(self, mark: Any, path: Path_) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            message = f"has more than the {MAX_VALUES:,} keys and values that a document may have"
        elif len(path) > MAX_DEPTH:
            message = f"is nested deeper than {MAX_DEPTH} levels"
        elif len(self.faults) >= MAX_FAULTS:
            message = f"is not read further after {MAX_FAULTS:,} faults; fix these first"
        else:
            return
        self.find(mark, path, message)
        raise SeedError(self.faults)

    def _entries(self, path: Path_) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for event in takewhile(lambda key: not isinstance(key, MappingEndEvent), self._events):
            mark = event.start_mark
            key = self._key(event, path)
            if isinstance(event, ScalarEvent):
                if key in seen:
                    self.find(mark, (*path, key), "is repeated; keep one of the two")
                seen.add(key)
            self._document.positions.setdefault((*path, key), (mark.line + 1, mark.column + 1))
            yield key, self._value(next(self._events), (*path, key))

    def _key(self, event: Any, path: Path_) -> str:
        if isinstance(event, ScalarEvent):
            self._bound(event.start_mark, path)
            self._check_event(event, (*path, event.value))
            return str(event.value)
        self._value(event, (*path, "?"))
        if not isinstance(event, AliasEvent):
            self.find(event.start_mark, (*path, "?"), "a key must be a word, not a list or a mapping")
        return "?"

    def _check_event(self, event: Any, path: Path_) -> None:
        """Record aliases, anchors, tags, and escapes of characters that texts cannot contain."""
        mark = event.start_mark
        if isinstance(event, AliasEvent):
            self.find(mark, path, "an alias is not allowed; write the value out in each place")
            return
        if event.anchor is not None:
            self.find(mark, path, "an anchor is not allowed; write the value out in each place")
        if event.ctag is not None:
            self.find(mark, path, "a tag is not allowed; write a plain value")
        if isinstance(event, ScalarEvent) and (found := _NO_TEXT.search(event.value)):
            code = ord(found.group())
            half = "has an unpaired surrogate; write the character itself"
            self.find(mark, path, half if code in _SURROGATES else f"has the character U+{code:04X}; leave it out")


def _scalar(text: str) -> str | int | float | bool | None:
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    # A number that is too large stays text, which no field accepts.
    return float(text) if _FLOAT.fullmatch(text) and math.isfinite(float(text)) else text
