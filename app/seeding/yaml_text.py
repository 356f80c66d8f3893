"""Reading a YAML text into plain values with the line and column of each.

A deliberately small YAML (1.2 core scalars, one document): no anchors, aliases, tags or merge keys, so that
what stands in a file is all there is, and its size bounds the work.
"""

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    DirectiveToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    TagToken,
)

from app.seeding.faults import Fault, SeedError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 40

Path_ = tuple[str | int, ...]

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]{1,3})?")
# Composing costs the square of the depth, so that depth is bounded before it.
_TOO_DEEP = f"something nested deeper than {MAX_DEPTH} levels"
_OPENING = (BlockMappingStartToken, BlockSequenceStartToken, FlowMappingStartToken, FlowSequenceStartToken)
_CLOSING = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = {
    AnchorToken: "an anchor; write the value out at each place",
    AliasToken: "an alias; write the value out at each place",
    TagToken: "a tag; write a plain value",
    DirectiveToken: "a directive; leave it out",
}


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
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.removeprefix(".")


def read_yaml(file: Path) -> YamlDocument:
    """Read one file; raises SeedError with the line and column of what cannot be read."""
    document = YamlDocument(file)
    text = _decode(document)
    yaml = YAML(typ="safe", pure=True)  # round-trip mode leaves marks of its own in folded text
    try:
        depth = 0
        for token in yaml.scan(text):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            forbidden = _TOO_DEEP if depth > 2 * MAX_DEPTH else _FORBIDDEN.get(type(token))
            if forbidden:
                mark = token.start_mark
                raise SeedError([Fault(file, mark.line + 1, mark.column + 1, "(document)", f"here is {forbidden}")])
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise SeedError([Fault(file, line, column, "(document)", f"not readable as YAML: {error.problem}")]) from error
    if node is None:
        raise SeedError([Fault(file, 1, 1, "(document)", "is empty; write the document's fields")])
    faults: list[Fault] = []
    document.value = _value(node, (), document, faults)
    if faults:
        raise SeedError(faults)
    return document


def _decode(document: YamlDocument) -> str:
    try:
        size = document.file.stat().st_size
        if size > MAX_BYTES:
            raise SeedError([document.fault((), f"is {size:,} bytes long; at most {MAX_BYTES:,} are read")])
        content = document.file.read_bytes()
    except OSError as error:
        raise SeedError([document.fault((), f"cannot be read: {error.strerror}")]) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise SeedError(
            [_encoding_fault(document, before, f"byte 0x{content[error.start]:02X} is not UTF-8")]
        ) from error
    for control in re.finditer(
        r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]", text
    ):
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


def _value(node: Any, path: Path_, document: YamlDocument, faults: list[Fault]) -> Any:
    document.positions.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if len(path) > MAX_DEPTH:
        faults.append(document.fault(path, f"is nested deeper than {MAX_DEPTH} levels"))
        return None
    if isinstance(node, ScalarNode):
        value = _scalar(node.value) if node.style is None else node.value
        if isinstance(value, str) and _SURROGATE.search(value):
            faults.append(document.fault(path, "has half a character; write the character itself"))
        return value
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, index), document, faults) for index, item in enumerate(node.value)]
    return dict(_entries(node, path, document, faults))


def _entries(node: MappingNode, path: Path_, document: YamlDocument, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        mark = key_node.start_mark
        key = key_node.value if isinstance(key_node, ScalarNode) else "?"
        place = Fault(document.file, mark.line + 1, mark.column + 1, dotted((*path, key)), "")
        if not isinstance(key_node, ScalarNode):
            faults.append(Fault(*_where(place), "a key must be a word, not a list or a mapping"))
        elif key in seen:
            faults.append(Fault(*_where(place), "stands here a second time; keep one of the two"))
        else:
            seen.add(key)
            document.positions[(*path, key)] = (mark.line + 1, mark.column + 1)
            yield key, _value(value_node, (*path, key), document, faults)


def _where(fault: Fault) -> tuple[Path, int, int, str]:
    return fault.file, fault.line, fault.column, fault.field


def _scalar(text: str) -> str | int | float | bool | None:
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    # A number that is too large for one stays the text that it is, and no field takes it.
    return float(text) if _FLOAT.fullmatch(text) and math.isfinite(float(text)) else text
