"""The build, from seeds to a database in place: read, validate, transform, write, replace."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.build.common.faults import MAX_FAULTS, Fault, SeedError
from app.build.common.importer import Rows
from app.build.database_writer import DatabaseWriter
from app.build.loader import Loader, Progress
from app.build.prepare import link_outcomes, location_jobs, make_context, number_records
from app.build.process_pool import ProcessPoolError, process_pool
from app.build.reader import Seeds, read_seeds
from app.build.registry import view_statements
from app.build.replace import BuildError, replace_file, working_files
from app.build.validate import check
from app.db.checksum import append_checksum
from app.db.database import open_database
from app.db.read_only import DatabaseOpenError, describe_other_than_file, has_application_id
from app.model.codes import Resource
from app.resources.locations.table import CoordinateSourceRow
from app.resources.locations.transform import transform_location
from app.resources.outcomes.transform import Measures
from app.resources.sources.transform import transform_source


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
            what = describe_other_than_file(output) or "is not a database of this service"
            raise BuildError(f"{output}: {what} and is left as it is; name another file")
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
    context = make_context(seeds)
    loader = Loader(database, context, progress)
    shared = Rows()
    for source in context.coordinate_sources.values():
        shared.add(CoordinateSourceRow, source)
    for document in seeds.places.retired:
        shared.add_retired(document, None, context.shared_language)
    loader.insert(shared)
    loader.load_sentences()
    places = {}
    for job in location_jobs(seeds):
        record = transform_location(job, context)
        # Without its rows, which would take more memory than the record.
        places[record.body["id"]] = replace(record, rows=Rows()), loader.load(record)
    progress(f"locations: {len(places):,}")
    progress("numbering")
    sources, outcomes, events = number_records(seeds)
    measures = Measures()
    with process_pool(loader.indexer, context, len(outcomes) + len(events)) as pool:
        outcome_jobs = link_outcomes(outcomes, events, context, measures)
        loader.load_all(Resource.OUTCOME, outcome_jobs, len(outcomes), pool)
        loader.load_all(Resource.EVENT, events, len(events), pool)
    loader.insert(measures.rows(context.shared_language))
    for job in sources:
        loader.load(transform_source(job, context), job.campaign)
    progress("indexing")
    database.create_indexes(of_titles=False)
    loader.load_campaigns(seeds, places)
    progress("ranking titles")
    database.rank_titles()
    for statement in view_statements():
        database.run(statement)
    return loader.load_data_version()


def _version_at(path: Path) -> str | None:
    """Return the version of the database at a path; None if there is none, or not a whole one."""
    with suppress(DatabaseOpenError), closing(open_database(path)) as database:
        if not database.file.is_verified:
            database.verify()
        return database.version
    return None
