"""JSON-LD: records in the terms of schema.org, with our own terms for what it has none for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pydantic_core import from_json, to_json

from app.exports import schemas
from app.exports.format import Facts, Format, Pieces, Records, cut
from app.languages import Tree

Node = Callable[[Tree, Facts], Tree]
"""Returns a record as a node of a graph; its nulls are left out."""


def json_ld_format(context: Tree, node: Node, include: Sequence[str] = ()) -> Format:
    """Return the format of records as nodes; `context` is that of the nodes and the document, without its language.

    `include` names the parts that the records must have.
    """
    return Format(
        extension="jsonld",
        media_type="application/ld+json",
        description=(
            "Linked data in the terms of schema.org, for search engines and graphs: one Event a record and a Dataset, "
            "with our own terms for what schema.org has none for. The document contains its context."
        ),
        write=partial(_write, context, node),
        schema=_SCHEMA,
        include=include,
    )


def url_of(facts: Facts, collection: str, id_: str) -> str:
    """Return the URL of a record of another list of the service."""
    return f"{facts.collection.rpartition('/')[0]}/{collection}/{id_}"


def _write(context: Tree, node: Node, records: Records, facts: Facts) -> Pieces:
    """Write one graph: a node for every record, then a Dataset with the document's metadata.

    The coordinates in the records decide which credits the Dataset has.
    """
    yield b'{"@context":%b,"@graph":[\n' % to_json(context | {"@language": facts.language})
    for few in cut(records, 25):
        yield b"".join([to_json(_without_nulls(node(from_json(record), facts))) + b",\n" for record in few])
    yield to_json(_without_nulls(_dataset(facts))) + b"\n]}\n"


def _dataset(facts: Facts) -> Tree:
    return {
        "@id": facts.address,
        "@type": "Dataset",
        "name": facts.title,
        "url": facts.address,
        "version": facts.version,
        "dateModified": facts.revised_on,
        "inLanguage": facts.language,
        "total": facts.total,
        "undated_excluded": facts.undated_excluded,
        "derived_excluded": facts.derived_excluded,
        "license": [licence.url for licence in facts.licences],
        "creditText": " ".join([*(one.attribution for one in facts.licences), *filter(None, [facts.credits.line])]),
        # Coordinates have licences of their own.
        "isBasedOn": [
            {
                "@type": "Dataset",
                "name": credit.name,
                "licence": credit.licence,
                "license": credit.licence_url,
                "creditText": credit.attribution,
            }
            for credit in facts.credits
        ],
    }


def _without_nulls(node: Any) -> Any:
    """Copy a tree without its nulls, which JSON-LD processors drop."""
    if isinstance(node, dict):
        return {key: _without_nulls(value) for key, value in node.items() if value is not None}
    return [_without_nulls(value) for value in node] if isinstance(node, list) else node


_SCHEMA = schemas.document(
    schemas.reference("LinkedDataDocument"),
    {
        "LinkedDataDocument": schemas.object_of(
            "Events as linked data (JSON-LD 1.1).",
            **{
                "@context": schemas.reference("LinkedDataContext") | {"description": "The definitions of the terms."},
                "@graph": schemas.list_of("LinkedDataNode", "The events, and last the document itself."),
            },
        ),
        "LinkedDataContext": schemas.object_of(
            "The definitions of the terms, each a further member; a reader fetches nothing else.",
            **{
                "@vocab": schemas.string("The vocabulary of terms without a member.", "https://schema.org/"),
                "@language": schemas.reference("Language") | {"description": "The language of its texts."},
            },
        ),
        "LinkedDataNode": schemas.one_of(
            "A subject of the graph.", "@type", {"Event": "LinkedEvent", "Dataset": "LinkedDataset"}
        ),
        "LinkedEvent": schemas.object_of(
            "An event as schema.org defines it; the document's context defines its further members.",
            **{
                "@id": schemas.string("Its URL.", "http://127.0.0.1:8000/v1/events/tianshui-five-ones-study"),
                "@type": schemas.constant("Event"),
                "identifier": schemas.string("The event's id.", "tianshui-five-ones-study"),
                "name": schemas.string("Its title.", "「五個一」專題學習"),
                "description": schemas.string("What happened, written by the editors.", "學習專題。"),
                "campaign": schemas.string("The campaign's URL.", "http://127.0.0.1:8000/v1/campaigns/tianshui"),
            },
        ),
        "LinkedDataset": schemas.object_of(
            "The document itself; the document's context defines its further members.",
            **{
                "@id": schemas.string("Its URL.", "http://127.0.0.1:8000/v1/events.jsonld"),
                "@type": schemas.constant("Dataset"),
                "name": schemas.string("The title of the document.", "Events"),
                "version": schemas.string("The version of the data, a digest.", "b195ef88aa906f3fe5eeef55e585434b"),
                "dateModified": {
                    **schemas.string("The day of the last revision of the data.", "2026-11-29"),
                    "format": "date",
                },
                "total": schemas.count("How many events it has.", 13),
            },
        ),
    },
)
