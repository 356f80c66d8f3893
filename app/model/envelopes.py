"""The envelopes of responses: data, meta and links."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from app.languages import Language
from app.model.codes import LocationKind
from app.model.schemas import PublicModel, ValueCount

_Record = TypeVar("_Record")


DataVersion = Annotated[
    str, Field(description="The version of the data, a digest.", examples=["9470704bc4d6e71e212ae1c9e804f06c"])
]
ResponseLanguage = Annotated[Language, Field(description="The language of the response.", examples=["zh-Hant"])]


class FacetValue(ValueCount):
    """How many matching records have one value."""

    selected: bool = Field(description="Whether the request filters by this value.", examples=[False])
    kind: LocationKind | None = Field(description="The kind of a place; null for other values.", examples=["county"])
    parent: str | None = Field(
        description="The id of the place that a place lies in; null for a province and for other values.",
        examples=["tianshui"],
    )


class ListMeta(PublicModel):
    """The metadata of a list."""

    total: int = Field(description="How many records match, on all pages together.", examples=[13])
    limit: int = Field(description="How many records a page has at most.", examples=[50])
    next_cursor: str | None = Field(description="The `cursor` of the next page, as in `links.next`; null on the last.")
    version: DataVersion
    language: ResponseLanguage
    undated_excluded: int = Field(
        description="How many records were left out only because they have no date.", examples=[0]
    )
    derived_excluded: int = Field(
        description=(
            "How many records were left out only because the editors derived their links to locations: those that "
            "`location_basis=any` adds to the list. What facets leave out is in `facets_derived_excluded`."
        ),
        examples=[0],
    )
    facets: dict[str, list[FacetValue]] | None = Field(
        description=(
            "For each requested `facet`, how many matching records have each value, largest count first. The filter on "
            "that facet itself is ignored. Null if no facet was requested."
        )
    )
    facets_cut: list[str] = Field(
        description="The facets that are cut: only the 200 values with the largest counts are returned.", examples=[[]]
    )
    facets_derived_excluded: dict[str, int] = Field(
        description=(
            "For a requested `facet` by location, how many of the records that it counts are left out at one location "
            "or more only because the editors derived that link; `location_basis=any` counts them there too. A facet "
            "ignores the filter on itself, so with `location` this is about other records than `derived_excluded`."
        ),
        examples=[{}],
    )
    suggestions: list[str] = Field(
        description=(
            "If no record has all words of `q`: the words, as they were typed, that records have by themselves, under "
            "the same filters; of Chinese without spaces its longest parts. Otherwise empty. At most 32 words and "
            "parts are tried."
        ),
        examples=[[]],
    )


class RecordMeta(PublicModel):
    """The metadata of a record."""

    version: DataVersion
    language: ResponseLanguage


class ListLinks(PublicModel):
    """The URLs of this page and the next, absolute."""

    self: str = Field(description="This page.", examples=["http://127.0.0.1:8000/v1/events"])
    next: str | None = Field(description="The next page; null on the last. Also in the `Link` header.")


class RecordLinks(PublicModel):
    """The URLs of this record and of its list, absolute."""

    self: str = Field(description="This record.", examples=["http://127.0.0.1:8000/v1/locations/maiji"])
    collection: str = Field(
        description="The list of all such records.", examples=["http://127.0.0.1:8000/v1/locations"]
    )


class ListEnvelope(PublicModel, Generic[_Record]):
    """A page of records."""

    data: list[_Record] = Field(description="The records of this page, in order.")
    meta: ListMeta = Field(description="Metadata.")
    links: ListLinks = Field(description="Links.")


class RecordEnvelope(PublicModel, Generic[_Record]):
    """One record."""

    data: _Record = Field(description="The record.")
    meta: RecordMeta = Field(description="Metadata.")
    links: RecordLinks = Field(description="Links.")
