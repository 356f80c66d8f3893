"""The importers of all resources, and SQL views of their tables. Nothing on the serving side imports this module.

The views have the facts of a table beside the texts in a language, for whoever opens the file itself. The texts are
read from the rendered records, so the views take no space.
"""

from collections.abc import Iterator, Mapping

from app.build.common.importer import Importer, column_names
from app.db.keys import RECORD, record_key
from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from app.resources.campaigns.transform import CAMPAIGNS
from app.resources.events.transform import EVENTS
from app.resources.locations.transform import LOCATIONS
from app.resources.outcomes.transform import OUTCOMES
from app.resources.sources.transform import SOURCES

IMPORTERS: Mapping[Resource, Importer] = {
    importer.resource: importer for importer in (CAMPAIGNS, EVENTS, LOCATIONS, OUTCOMES, SOURCES)
}


def view_name(importer: Importer, language: Language) -> str:
    """Return the name of a resource's view in a language, such as `events_zh_hant`."""
    return f"{importer.resource.value}s_{language.value.lower().replace('-', '_')}"


def view_statements() -> Iterator[str]:
    """Iterate over the statements that create the views of each resource in each language."""
    for importer in IMPORTERS.values():
        table = str(importer.table.__tablename__)
        columns = [f'"{table}"."{name}"' for name in column_names(table) if name not in importer.view_omits]
        texts = importer.view_texts.items()
        columns += [f"json_extract(rendered.json_text, '{path}') AS {name}" for name, path in texts]
        for language in LANGUAGES:
            # The names and paths are written in the code of the importers.
            yield (
                f'CREATE VIEW {view_name(importer, language)} AS SELECT {", ".join(columns)} FROM "{table}" JOIN '  # noqa: S608
                f'rendered ON rendered.key = "{table}".number + {record_key(importer.resource, RECORD, language)}'
            )
