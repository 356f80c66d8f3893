"""From the documents of campaigns to records and rows."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from app.build.common.importer import BuildContext, Importer, Job, Record, Rows, date_columns, texts_at
from app.build.common.trees import evidence_of, tree
from app.languages import Tree
from app.model.codes import Resource
from app.resources.campaigns.document import CampaignDocument
from app.resources.campaigns.schema import PARTS, CampaignRecord
from app.resources.campaigns.table import (
    CampaignRow,
    OrganisationCampaignRow,
    OrganisationRow,
    PillarRow,
    ProgrammeRow,
    RevisionRow,
)

STRAND = "strand"
"""The kind of the ids of strands, which have no record of their own."""


class CampaignLinks(NamedTuple):
    """What a campaign shows of its other records."""

    sources: Sequence[str]
    """The ids of its sources."""
    version: str = ""
    """Its version: a digest of all its data, of which the record without a version is a part."""


def transform_campaign(job: Job, context: BuildContext) -> Record:
    """Transform a campaign; its links are CampaignLinks."""
    document: CampaignDocument = job.document
    links: CampaignLinks = job.links
    details = tree(document, document.source_language)
    del details["retired"]

    def named(id_: str) -> Tree:
        return {"id": id_, "name": context.organisation_name(id_, document.id)}

    body = details | {
        "version": links.version,
        "area": {"id": document.area, "name": context.places[document.area].name},
        "implementer": named(document.implementer),
        "directed_by": named(document.directed_by) if document.directed_by else None,
        "deployed_by": [named(id_) for id_ in document.deployed_by],
        "pillars": [pillar | {"ordinal": ordinal} for ordinal, pillar in enumerate(details["pillars"], start=1)],
        "sources": links.sources,
    }
    rows = _rows(job, body, context)
    return Record(Resource.CAMPAIGN, job.number, details["name"], body, evidence_of(document), rows)


def _rows(job: Job, body: Tree, context: BuildContext) -> Rows:
    rows, campaign, language = Rows(), body["id"], job.document.source_language
    attribution = json.dumps(body["licence"]["attribution"], ensure_ascii=False)
    period = date_columns("reporting", body["reporting_period"])
    rows.add(CampaignRow, body, number=job.number, attribution=attribution, **period)
    rows.add_identifier(Resource.CAMPAIGN, campaign, language, body["short_name"], number=job.number, campaign=campaign)
    for ordinal, revision in enumerate(body["revisions"], start=1):
        changed = revision["events"]
        events = None if changed is None else json.dumps(changed)
        rows.add(RevisionRow, revision, campaign=campaign, ordinal=ordinal, events=events)
    for pillar in body["pillars"]:
        rows.add(PillarRow, pillar, campaign=campaign)
        rows.add_identifier(Resource.PILLAR, pillar["id"], language, pillar["name"], campaign=campaign)
        for strand in pillar["strands"]:
            rows.add_identifier(STRAND, strand["id"], language, strand["name"], campaign=campaign)
    for programme in body["programmes"]:
        rows.add(ProgrammeRow, programme, campaign=campaign)
    for organisation in body["organisations"]:
        id_ = organisation["id"]
        rows.add(OrganisationCampaignRow, organisation, organisation=id_, campaign=campaign)
        # What campaigns share is stored with the first.
        if campaign == next(iter(context.organisations[id_])):
            rows.add(OrganisationRow, organisation)
            rows.add_identifier(Resource.ORGANISATION, id_, context.shared_language, organisation["name"])
    for retired in job.document.retired:
        rows.add_retired(retired, campaign, language)
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
        "licence.attribution",
        "licence.statement",
        reporting_note="reporting_period.note",
    ),
    view_omits=["attribution"],
)
