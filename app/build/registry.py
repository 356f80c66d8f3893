"""The importers of all resources. Nothing on the serving side imports this module."""

from collections.abc import Mapping

from app.build.common.importer import Importer
from app.model.codes import Resource
from app.resources.campaigns.transform import CAMPAIGNS
from app.resources.events.transform import EVENTS
from app.resources.locations.transform import LOCATIONS
from app.resources.outcomes.transform import OUTCOMES
from app.resources.sources.transform import SOURCES

IMPORTERS: Mapping[Resource, Importer] = {
    importer.resource: importer for importer in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)
}
