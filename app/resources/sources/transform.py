"""From the documents of sources to records and rows."""

from app.build.common.context import BuildContext
from app.build.common.importer import Importer, Job, Record, Transformed, texts_at
from app.build.common.rows import Rows, date_columns
from app.build.common.trees import evidence_of, tree
from app.model.codes import Resource
from app.model.columns import Tree
from app.resources.sources.document import SourceDocument
from app.resources.sources.schema import PARTS, SourceRecord
from app.resources.sources.table import SourceRow


def transform_source(job: Job, context: BuildContext) -> Transformed:
    """Transform a source; its title is its publisher's name."""
    document: SourceDocument = job.document
    details = tree(document, context.language_of(job.campaign))
    publisher = context.organisations[document.publisher]
    body = details | {
        "campaign": job.campaign,
        "publisher": {"id": document.publisher, "name": publisher},
        "sentences": [sentence | {"length": sentence["end"] - sentence["start"]} for sentence in details["sentences"]],
    }
    record = Record(Resource.SOURCE, job.number, publisher, body, evidence_of(document))
    return Transformed(record, _rows(job, body, context))


def _rows(job: Job, body: Tree, context: BuildContext) -> Rows:
    rows = Rows()
    rows.add(
        SourceRow,
        body,
        number=job.number,
        publisher=body["publisher"]["id"],
        received_sha256=body["received"]["sha256"],
        received_length=body["received"]["length"],
        cleaned_sha256=body["cleaned"]["sha256"],
        cleaned_length=body["cleaned"]["length"],
        **date_columns("published", body["published"]),
        **date_columns("not_before", body["not_before"]),
    )
    language = context.language_of(job.campaign)
    rows.add_identifier(Resource.SOURCE, body["id"], language, number=job.number, campaign=job.campaign)
    return rows


SOURCES = Importer(
    resource=Resource.SOURCE,
    schema=SourceRecord,
    parts=PARTS,
    table=SourceRow,
    transform=transform_source,
    view_texts=texts_at(
        "title", "author", "publisher.name", "publisher_role", "published.note", "not_before.note", "note"
    ),
)
