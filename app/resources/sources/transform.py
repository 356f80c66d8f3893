"""From the documents of sources to records and rows."""

from app.build.common.importer import BuildContext, Importer, Job, Record, Rows, date_columns, texts_at
from app.build.common.trees import evidence_of, tree
from app.model.codes import Resource
from app.resources.sources.document import SourceDocument
from app.resources.sources.schema import PARTS, SourceRecord
from app.resources.sources.table import SourceRow


def transform_source(job: Job, context: BuildContext) -> Record:
    """Transform a source; its title is its publisher's name."""
    document: SourceDocument = job.document
    language = context.language_of(job.campaign)
    details = tree(document, language)
    publisher = context.organisation_name(document.publisher, job.campaign)
    body = details | {
        "campaign": job.campaign,
        "publisher": {"id": document.publisher, "name": publisher},
        "sentences": [sentence | {"length": sentence["end"] - sentence["start"]} for sentence in details["sentences"]],
    }
    dates = date_columns("published", body["published"]) | date_columns("not_before", body["not_before"])
    rows = Rows()
    rows.add(SourceRow, body, number=job.number, **dates)
    rows.add_identifier(Resource.SOURCE, document.id, language, number=job.number, campaign=job.campaign)
    return Record(Resource.SOURCE, job.number, publisher, body, evidence_of(document), rows)


SOURCES = Importer(
    resource=Resource.SOURCE,
    schema=SourceRecord,
    parts=PARTS,
    table=SourceRow,
    transform=transform_source,
    view_texts=texts_at(
        "title",
        "author",
        "publisher.name",
        "publisher_role",
        "published.note",
        "not_before.note",
        "not_given_note",
        "note",
    ),
)
