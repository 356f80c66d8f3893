"""What records show of one another and the build holds in memory: campaigns, pillars, organisations and places.

Events and outcomes may be too many for that; they are transformed one batch at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.languages import Language, StoredText
from app.model.columns import Tree


@dataclass(frozen=True)
class LinkedPlace:
    """A place as other records show it."""

    name: StoredText
    kind: str
    latitude: float | None
    """Degrees north, WGS 84."""
    longitude: float | None
    """Degrees east, WGS 84."""
    gcj02: Tree | None
    around: tuple[str, ...]
    """The ids of the place and of all that it lies in, from the place itself up to the province."""


@dataclass(frozen=True)
class BuildContext:
    """Lookup tables for every transformation. Each process receives it once."""

    shared_language: Language
    """The fallback for responses about several campaigns, and for what they share."""
    languages: Mapping[str, Language]
    """The source language of each campaign."""
    organisations: Mapping[str, StoredText]
    """The names of the organisations, by id."""
    scopes: Mapping[tuple[str, str], StoredText]
    """The names of campaigns and pillars, by scope level and id."""
    places: Mapping[str, LinkedPlace]
    """All places, in the order of their ids."""
    coordinate_sources: Mapping[str, Tree]
    """Where coordinates were taken from, by id."""

    def language_of(self, campaign: str | None) -> Language:
        """Return the source language of a campaign; for None, that of what campaigns share."""
        return self.shared_language if campaign is None else self.languages[campaign]
