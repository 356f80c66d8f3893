"""From the documents of campaigns to records and rows."""

from app.build.common.context import BuildContext
from app.build.common.importer import Importer, Job, Record, Transformed, texts_at
from app.build.common.rows import Rows, column_names, date_columns
from app.build.common.trees import evidence_of, tree
from app.model.codes import Resource
from app.model.columns import Tree
from app.resources.campaigns.document import CampaignDocument
from app.resources.campaigns.schema import PARTS, CampaignRecord
from app.resources.campaigns.table import CampaignRow, OrganisationRow, PillarRow, ProgrammeRow

_NO_VERSION = ""


def transform_campaign(job: Job, context: BuildContext) -> Transformed:
    """Transform a campaign; its links are the ids of its sources. `with_version` adds its version afterwards."""
    document: CampaignDocument = job.document
    details = tree(document, document.source_language)
    del details["retired"]

    def named(id_: str) -> Tree:
        return {"id": id_, "name": context.organisations[id_]}

    body = details | {
        "version": _NO_VERSION,
        "area": {"id": document.area, "name": context.places[document.area].name},
        "implementer": named(document.implementer),
        "directed_by": named(document.directed_by) if document.directed_by else None,
        "deployed_by": [named(id_) for id_ in document.deployed_by],
        "pillars": [pillar | {"ordinal": ordinal} for ordinal, pillar in enumerate(details["pillars"], start=1)],
        "sources": list(job.links),
    }
    record = Record(Resource.CAMPAIGN, job.number, details["name"], body, evidence_of(document))
    return Transformed(record, _rows(document, record, context))


def with_version(campaign: Transformed, version: str) -> Transformed:
    """Return a transformed campaign with its version, a digest of the campaign without it."""
    record, rows = campaign.record, Rows(campaign.rows)
    ((*values,),) = rows[CampaignRow]
    values[column_names(CampaignRow).index("version")] = version
    rows[CampaignRow] = [tuple(values)]
    body = record.body | {"version": version}
    return Transformed(Record(record.resource, record.number, record.title, body, record.evidence), rows)


def _rows(document: CampaignDocument, record: Record, context: BuildContext) -> Rows:
    rows, body, language = Rows(), record.body, document.source_language
    rows.add(
        CampaignRow,
        body,
        number=record.number,
        area=body["area"]["id"],
        implementer=body["implementer"]["id"],
        directed_by=body["directed_by"] and body["directed_by"]["id"],
        **date_columns("reporting", body["reporting_period"]),
    )
    rows.add_identifier(
        Resource.CAMPAIGN, record.id, language, number=record.number, name=body["short_name"], campaign=record.id
    )
    for pillar in body["pillars"]:
        rows.add(PillarRow, pillar, campaign=record.id)
        rows.add_identifier(Resource.PILLAR, pillar["id"], language, name=pillar["name"], campaign=record.id)
    for programme in body["programmes"]:
        scope = programme["scope"] or {}
        rows.add(ProgrammeRow, programme, scope_level=scope.get("level"), scope_id=scope.get("id"), campaign=record.id)
    for organisation in body["organisations"]:
        rows.add(OrganisationRow, organisation, campaign=record.id)
        rows.add_identifier(
            Resource.ORGANISATION, organisation["id"], context.shared_language, name=organisation["name"]
        )
    for retired in document.retired:
        rows.add_retired(retired, record.id, language)
    return rows


CAMPAIGNS = Importer(
    resource=Resource.CAMPAIGN,
    schema=CampaignRecord,
    parts=PARTS,
    table=CampaignRow,
    transform=transform_campaign,
    view_texts=texts_at(
        "name",
        "name_note",
        "short_name",
        "summary",
        "area.name",
        "implementer.name",
        "directed_by.name",
        "note",
        reporting_note="reporting_period.note",
    ),
)
