"""Edits of a copy of seeds: words replaced, with marks where the faults are expected."""

from collections.abc import Iterable, Mapping
from pathlib import Path

_MESSAGES = frozenset((Path(__file__).parent / "messages.txt").read_text(encoding="utf-8").splitlines())
"""Every message that damaged seeds give rise to, whole, for a person to read through; one that is new belongs there."""

MARK = "◆"
"""Stands in a new text where the fault is expected; one for each fault, and none of them is written."""

CAMPAIGN = "pingliang/campaign.yaml"
SOURCES = "pingliang/sources.yaml"
LOCATIONS = "pingliang/locations.yaml"
EVENTS = "pingliang/events.yaml"
OUTCOMES = "pingliang/outcomes.yaml"
PLACES = "places.yaml"
DOCUMENTS = (CAMPAIGN, SOURCES, LOCATIONS, EVENTS, OUTCOMES, PLACES)

Edits = Mapping[str, Mapping[str, str]]
Told = tuple[str, str]
"""The field that a fault names, and a piece of its message."""


def unread(messages: Iterable[str], folder: Path) -> list[str]:
    """List those of the messages about the seeds in a folder that nobody has read through."""
    whole = [message.replace(str(folder), "seeds") for message in messages]
    return [message for message in whole if message not in _MESSAGES]


def damage(folder: Path, edits: Edits) -> list[tuple[Path, int, int]]:
    """Put each new text in the place of the old one, which must stand there once; gives where the marks stood."""
    places = []
    for name, replacements in edits.items():
        file = folder / name
        text = file.read_text(encoding="utf-8")
        for old, new in replacements.items():
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        lines = []
        for number, line in enumerate(text.split("\n"), start=1):
            before, *rest = line.split(MARK)
            for part in rest:
                places.append((file, number, len(before) + 1))
                before += part
            lines.append(before)
        file.write_text("\n".join(lines), encoding="utf-8")
    return sorted(places)
