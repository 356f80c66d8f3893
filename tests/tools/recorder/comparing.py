"""Saying in a few lines how two responses differ."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.tools.recorder.model import Response

_AROUND = 60
_POSITION = re.compile(r"\[\d+\]")
_RAW_HEADERS = re.compile(r"(?<=\r\n)(?:[a-z-]+: [^\r\n]*\r\n)+(?=\r\n)")


def differences(old: Response, new: Response) -> list[str]:
    """List how a response differs from the recorded one; empty where it does not."""
    found = []
    if old.status != new.status:
        found.append(f"status: {old.status} -> {new.status}")
    found += _headers(old, new)
    before, after = _sort_raw_headers(old.body), _sort_raw_headers(new.body)
    if before != after:
        found += _bodies(before, after)
    return found


def kind_of(difference: str) -> str:
    """Return what differs without the values, to count alike differences together."""
    return _POSITION.sub("[]", difference.partition(": ")[0])


def _sort_raw_headers(body: str) -> str:
    """Sort the headers of raw responses, whose order means nothing."""
    if not body.startswith("HTTP/1.1 "):
        return body
    return _RAW_HEADERS.sub(lambda block: "".join(sorted(block[0].splitlines(keepends=True))), body)


def _headers(old: Response, new: Response) -> Iterator[str]:
    for name in sorted({name for name, _ in (*old.headers, *new.headers)}):
        before, after = ([value for key, value in one.headers if key == name] for one in (old, new))
        if before != after:
            yield f"header {name}: {_list(before)} -> {_list(after)}"


def _list(values: list[str]) -> str:
    return ", ".join(map(repr, values)) or "none"


def _bodies(old: str, new: str) -> list[str]:
    try:
        before, after = json.loads(old), json.loads(new)
    except ValueError:
        return [f"body: {_first_difference(old, new)}"]
    found = list(_values("body", before, after))
    return found or [f"body's order or spacing: {_first_difference(old, new)}"]


def _values(path: str, old: Any, new: Any) -> Iterator[str]:
    match old, new:
        case dict(), dict():
            for key in old | new:
                if key not in new:
                    yield f"{path}.{key}: {_short(old[key])} -> no such key"
                elif key not in old:
                    yield f"{path}.{key}: no such key -> {_short(new[key])}"
                else:
                    yield from _values(f"{path}.{key}", old[key], new[key])
        case list(), list():
            if len(old) != len(new):
                yield f"{path} (items): {len(old)} -> {len(new)}"
            for position, (before, after) in enumerate(zip(old, new, strict=False)):
                yield from _values(f"{path}[{position}]", before, after)
        case str(), str() if old != new and max(len(old), len(new)) > 2 * _AROUND:
            yield f"{path}: {_first_difference(old, new)}"
        case _ if old != new or type(old) is not type(new):
            yield f"{path}: {_short(old)} -> {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 2 * _AROUND else f"{text[: 2 * _AROUND]}…"


def _first_difference(old: str, new: str) -> str:
    pairs = enumerate(zip(old, new, strict=False))
    at = next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = max(0, at - _AROUND // 2)
    before, after = (repr(text[start : at + _AROUND]) for text in (old, new))
    return f"at character {at}: {before} -> {after}"
