"""Reading a YAML text into plain values with the line and column of each.

A deliberately small YAML (1.2 core scalars, one document): no anchors, aliases, tags or merge keys, so that
what stands in a file is all there is, and its size bounds the work.
"""

import math
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
"""How large a document may be, bytes; a larger one is not read."""

MAX_VALUES = 150_000
"""How many keys and values a document may have; some 700 events as the first campaign's have so many."""

MAX_DEPTH = 40
"""How many lists and mappings inside one another a document may have."""

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
    """The value of a YAML text, and where in the file each part of it begins."""

    file: Path
    value: Any = None
    positions: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    _kept: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, path: Path_, message: str) -> Fault:
        """Place a fault at `path`, or at the nearest part around it that is in the file."""
        match path:
            case (str(name), int(index), *rest) if name in self._kept:
                path = (name, self._kept[name][index], *rest)
        known = path
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions.get(known, (1, 1))
        return Fault(self.file, line, column, dotted(path) or "(document)", message)

    def leave_out(self, items: Collection[Path_]) -> None:
        """Take items out of top-level lists, such as ("events", 3); faults go on to name them by their old places."""
        for name in {str(item[0]) for item in items}:
            self._kept[name] = [index for index in range(len(self.value[name])) if (name, index) not in items]
            self.value[name] = [self.value[name][index] for index in self._kept[name]]


def dotted(path: Path_) -> str:
    """Write a place in a document as people do: `events[2].date.when`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{on_one_line(step)}" for step in path)
    return written.removeprefix(".")


def read_yaml(file: Path) -> YamlDocument:
    """Read one file; raises SeedError with the line and column of what cannot be read."""
    document = YamlDocument(file)
    text = _decode(document)
    yaml = YAML(typ="safe", pure=True)  # round-trip mode leaves marks of its own in folded text
    yaml.Scanner = _Scanner
    composer = _Composer(document, yaml.parse(text))
    try:
        composer.compose(text)
    except MarkedYAMLError as error:
        problem = ": ".join(part for part in (error.context, error.problem) if part)
        composer.find(error.problem_mark or error.context_mark, (), f"not readable as YAML: {problem}")
    except _UnboundedError:
        pass
    if composer.faults:
        raise SeedError(composer.faults)
    return document


def _decode(document: YamlDocument) -> str:
    try:
        found = document.file.stat()
        # What is neither may have no end, or no beginning before somebody writes into it; a folder says what it is.
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise SeedError([document.fault((), "is not a regular file; put one in its place")])
        if found.st_size > MAX_BYTES:
            message = f"is {found.st_size:,} bytes long; at most {MAX_BYTES:,} are read"
            raise SeedError([document.fault((), message)])
        with document.file.open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise SeedError([document.fault((), f"cannot be read: {error.strerror}")]) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise SeedError(
            [_encoding_fault(document, before, f"byte 0x{content[error.start]:02X} is not UTF-8")]
        ) from error
    if control := _NO_TEXT.search(text):
        message = f"character U+{ord(control.group()):04X} is not allowed in YAML"
        raise SeedError([_encoding_fault(document, text[: control.start()], message)])
    return text


def _encoding_fault(document: YamlDocument, before: str, problem: str) -> Fault:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Fault(
        document.file,
        line,
        column,
        "(encoding)",
        f"{problem}; save the file as UTF-8 without a byte order mark",
    )


class _Scanner(Scanner):
    """Tells of a number that is too large for what it should be as of anything else that is no YAML."""

    def scan_flow_scalar_non_spaces(self, double: Any, start_mark: Any) -> Any:
        with self._within_bounds():
            return super().scan_flow_scalar_non_spaces(double, start_mark)

    def scan_yaml_directive_number(self, start_mark: Any) -> Any:
        with self._within_bounds():
            return super().scan_yaml_directive_number(start_mark)

    @contextmanager
    def _within_bounds(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OverflowError) as error:
            raise ScannerError(None, None, "the number is too large", self.reader.get_mark()) from error


class _UnboundedError(Exception):
    """A document is not read further; the fault that says why has been found."""


class _Composer:
    """Takes a document's values from the events that it is parsed into, and finds what has no place in one."""

    def __init__(self, document: YamlDocument, events: Iterator[Any]) -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._events = events
        self._values = 0

    def find(self, mark: Any, path: Path_, message: str) -> None:
        """Note a fault at a mark of the parser's."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.faults.append(Fault(self._document.file, line, column, dotted(path) or "(document)", message))

    def compose(self, text: str) -> None:
        """Read the whole document; raises _UnboundedError where that would not come to an end."""
        next(self._events)
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            return self.find(None, (), "is empty; write the document's fields")
        if directive := _DIRECTIVE.search(text, 0, start.start_mark.index):
            line = text.count("\n", 0, directive.start()) + 1
            self.faults.append(Fault(self._document.file, line, 1, "(document)", "here is a directive; leave it out"))
        self._document.value = self._value(next(self._events), ())
        next(self._events)
        end = next(self._events)
        if not isinstance(end, StreamEndEvent):
            self.find(end.start_mark, (), "here is another document; put what it says into the first")
        return None

    def _value(self, event: Any, path: Path_) -> Any:
        mark = event.start_mark
        self._document.positions.setdefault(path, (mark.line + 1, mark.column + 1))
        self._bound(mark, path)
        self._judge(event, path)
        if isinstance(event, AliasEvent):
            return None
        if isinstance(event, ScalarEvent):
            return _scalar(event.value) if event.style is None else event.value
        if isinstance(event, SequenceStartEvent):
            return list(self._items(path))
        return dict(self._entries(path))

    def _bound(self, mark: Any, path: Path_) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            message = f"here is more than the {MAX_VALUES:,} keys and values that a document may have"
        elif len(path) > MAX_DEPTH:
            message = f"is nested deeper than {MAX_DEPTH} levels"
        elif len(self.faults) >= MAX_FAULTS:
            message = f"is read no further, after {MAX_FAULTS:,} faults; mend these first"
        else:
            return
        self.find(mark, path, message)
        raise _UnboundedError

    def _items(self, path: Path_) -> Iterator[Any]:
        index = 0
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._value(event, (*path, index))
            index += 1

    def _entries(self, path: Path_) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while not isinstance(event := next(self._events), MappingEndEvent):
            mark = event.start_mark
            key = self._key(event, path)
            if isinstance(event, ScalarEvent):
                if key in seen:
                    self.find(mark, (*path, key), "stands here a second time; keep one of the two")
                seen.add(key)
            self._document.positions.setdefault((*path, key), (mark.line + 1, mark.column + 1))
            yield key, self._value(next(self._events), (*path, key))

    def _key(self, event: Any, path: Path_) -> str:
        if isinstance(event, ScalarEvent):
            self._bound(event.start_mark, path)
            self._judge(event, (*path, event.value))
            return str(event.value)
        self._value(event, (*path, "?"))
        if not isinstance(event, AliasEvent):
            self.find(event.start_mark, (*path, "?"), "a key must be a word, not a list or a mapping")
        return "?"

    def _judge(self, event: Any, path: Path_) -> None:
        """Find what would stand for something else, and what cannot be in a text and was written as an escape."""
        mark = event.start_mark
        if isinstance(event, AliasEvent):
            self.find(mark, path, "here is an alias; write the value out at each place")
            return
        if event.anchor is not None:
            self.find(mark, path, "here is an anchor; write the value out at each place")
        if event.ctag is not None:
            self.find(mark, path, "here is a tag; write a plain value")
        if isinstance(event, ScalarEvent) and (found := _NO_TEXT.search(event.value)):
            code = ord(found.group())
            half = "has half a character; write the character itself"
            self.find(mark, path, half if code in _SURROGATES else f"has the character U+{code:04X}; leave it out")


def _scalar(text: str) -> str | int | float | bool | None:
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    # A number that is too large for one stays the text that it is, and no field takes it.
    return float(text) if _FLOAT.fullmatch(text) and math.isfinite(float(text)) else text
