"""The build, from seeds to a database in place: read, validate, transform, write, replace."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.build.common.context import BuildContext
from app.build.common.faults import MAX_FAULTS, Fault, SeedError
from app.build.common.rows import Rows
from app.build.database_writer import DatabaseWriter
from app.build.loader import Loader, Progress
from app.build.prepare import (
    event_jobs,
    location_jobs,
    make_context,
    number_records,
    outcome_jobs,
    source_jobs,
)
from app.build.process_pool import ProcessPoolError, process_pool
from app.build.reader import Seeds, read_seeds
from app.build.replace import BuildError, replace_file, working_files
from app.build.validate import check
from app.build.versions import LoadedPlaces, load_campaigns, load_data_version
from app.build.writer import RecordWriter
from app.db.checksum import append_checksum
from app.db.database import open_database
from app.db.read_only import DatabaseOpenError, has_application_id
from app.model.codes import Resource
from app.resources.locations.transform import coordinate_source_rows, transform_location
from app.resources.outcomes.transform import Measures
from app.resources.sources.transform import transform_source

__all__ = ["BuildError", "Built", "build", "build_seeds", "read_checked"]


@dataclass(frozen=True)
class Built:
    """A database that is in place."""

    path: Path
    version: str
    changed: bool
    """False if the file already had this version, and was left as it was."""


def build(folder: Path, output: Path, progress: Progress = lambda _: None) -> Built:
    """Build the database of a folder of seeds at `output`.

    The new file replaces the old one as a whole, and a build that fails leaves nothing behind. Raises SeedError for
    faults in the seeds, BuildError for anything else that an operator can fix.
    """
    return build_seeds(read_checked(folder, progress), output, progress)


def read_checked(folder: Path, progress: Progress = lambda _: None) -> Seeds:
    """Read and validate the seeds; raises SeedError with every fault."""
    seeds = read_seeds(folder, progress)
    progress("checking")
    faults = check(seeds)
    if len(faults) == MAX_FAULTS:
        faults.append(Fault(folder, 1, 1, "(folder)", "may have more faults than these; fix these first"))
    if seeds.faults or faults:
        raise SeedError(seeds.faults + faults)
    return seeds


def build_seeds(seeds: Seeds, output: Path, progress: Progress = lambda _: None) -> Built:
    """Build the database of validated seeds at `output`, as `build` does.

    The events and outcomes of a campaign may be sequences that make each document when it is accessed.
    """
    try:
        if output.exists() and not has_application_id(output):
            raise BuildError(f"{output}: is not a database of this service and is left as it is; name another file")
        output.parent.mkdir(parents=True, exist_ok=True)
        with working_files(output) as (loading, finished):
            progress("creating tables")
            with DatabaseWriter(loading) as database:
                version = _load(seeds, database, progress)
                changed = _version_at(output) != version
                if changed:
                    progress("compacting")
                    database.compact(finished)
            if changed:
                # After the other file is in place, a file of this name is another build's.
                loading.unlink()
                append_checksum(finished)
                replace_file(finished, output)
    except (OSError, sqlite3.OperationalError, OperationalError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        raise BuildError(f"{output}: cannot be written: {reason}") from error
    except ProcessPoolError as error:
        raise BuildError(f"{output}: cannot be built: {error}") from error
    progress(f"{output} has version {version}" + ("" if changed else ", as before"))
    return Built(output, version, changed)


def _load(seeds: Seeds, database: DatabaseWriter, progress: Progress) -> str:
    """Transform all documents and write their records; returns the version, a digest of everything written."""
    loader = Loader(database, RecordWriter(), progress)
    context = make_context(seeds)
    places = _load_locations(loader, seeds, context)
    progress("numbering")
    records, measures = number_records(seeds), Measures()
    outcomes, events = len(records.outcomes), len(records.events)
    with process_pool(loader.writer, context, outcomes + events) as pool:
        loader.load_all(Resource.OUTCOME, outcome_jobs(records, context, measures), outcomes, pool)
        loader.load_all(Resource.EVENT, event_jobs(records), events, pool)
    loader.insert(measures.rows(context.shared_language))
    for job in source_jobs(seeds):
        loader.load(transform_source(job, context), job.campaign)
    progress("indexing")
    database.create_indexes()
    load_campaigns(loader, seeds, context, places)
    progress("ranking titles")
    database.rank_titles()
    database.create_views()
    return load_data_version(loader, seeds, context)


def _load_locations(loader: Loader, seeds: Seeds, context: BuildContext) -> LoadedPlaces:
    """Load the places; returns what the versions of campaigns need of them."""
    loader.insert(coordinate_source_rows(seeds.places.coordinate_sources))
    retired = Rows()
    for document in seeds.places.retired:
        retired.add_retired(document, None, context.shared_language)
    loader.insert(retired)
    places = {}
    for job in location_jobs(seeds):
        item = transform_location(job, context)
        places[item.record.id] = item.record, loader.load(item)
    loader.progress(f"locations: {len(places):,}")
    return places


def _version_at(path: Path) -> str | None:
    """Return the version of the database at a path; None if there is none, or not a whole one."""
    with suppress(DatabaseOpenError), closing(open_database(path)) as database:
        if not database.file.is_verified:
            database.verify()
        return database.version
    return None
