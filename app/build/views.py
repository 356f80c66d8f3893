"""SQL views of each resource in each language: the table's facts beside the texts, for whoever opens the file itself.

The texts are read from the rendered records, so the views take no space.
"""

from collections.abc import Iterator

from app.build.common.importer import Importer
from app.build.common.rows import column_names
from app.build.registry import IMPORTERS
from app.db.keys import RECORD, record_key
from app.languages import LANGUAGES, Language


def view_name(importer: Importer, language: Language) -> str:
    """Return the name of a resource's view in a language, such as `events_zh_hant`."""
    return f"{importer.resource.value}s_{language.value.lower().replace('-', '_')}"


def view_statements() -> Iterator[str]:
    """Iterate over the statements that create the views."""
    for importer in IMPORTERS.values():
        for language in LANGUAGES:
            yield _create_view(importer, language)


def _create_view(importer: Importer, language: Language) -> str:
    table = str(importer.table.__tablename__)
    columns = [f'"{table}"."{name}"' for name in column_names(importer.table) if name not in importer.view_omits]
    columns += [f"json_extract(rendered.json_text, '{path}') AS {name}" for name, path in importer.view_texts.items()]
    first_key = record_key(importer.resource, RECORD, language)
    # The names and paths are written in the code of the importers.
    return (
        f"CREATE VIEW {view_name(importer, language)} AS SELECT {', '.join(columns)} "  # noqa: S608
        f'FROM "{table}" JOIN rendered ON rendered.key = "{table}".number + {first_key}'
    )
