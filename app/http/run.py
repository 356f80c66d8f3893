"""Running a plan: from the cache, inline on the event loop, or in a thread."""

from functools import partial

from app.db.connections import BudgetExceededError
from app.http.cache import CacheEntry, Representation
from app.http.context import ApiRequest
from app.http.headers import with_length
from app.http.plan import Plan, Rendered, StaticPlan, Stream, StreamPlan
from app.http.representation import compresses_slowly, encode, encoding_for, make_entry, represent


def run_inline(plan: Plan | StaticPlan, request: ApiRequest) -> Representation | None:
    """Return the response to a plan, from the cache or rendered within the inline budget; None where that is too slow.

    Raises NotAcceptable for the encoding, and as the plan's `render` does.
    """
    if isinstance(plan, StaticPlan) and "ETag" not in plan.headers:
        return Representation(with_length(plan.headers, len(plan.body)), plan.body, request.route)
    context = request.context
    entry = context.cache.get(plan.headers["ETag"]) or _render_inline(plan, request)
    # Before the response, or the plan, is kept for others.
    request.reader.check_reads()
    if entry is None:
        return None
    encoding = encoding_for(entry, request.key)
    if compresses_slowly(entry, encoding):
        return None
    representation = represent(entry, encoding)
    context.cache.put(entry, request.key, encoding)
    return representation


async def run(plan: Plan | StaticPlan, request: ApiRequest, *, inline_tried: bool = False) -> Representation:
    """Return the response to a plan; rendered and compressed in threads where that is slow.

    Raises as `run_inline` and `Executor.query` do.
    """
    if not inline_tried and (representation := run_inline(plan, request)) is not None:
        return representation
    context = request.context
    etag = plan.headers["ETag"]
    entry = context.cache.get(etag)
    if entry is None:
        rendered = (
            Rendered(plan.body) if isinstance(plan, StaticPlan) else await context.executor.query(etag, plan.render)
        )
        # Other requests that shared the run may have added the entry meanwhile.
        entry = context.cache.get(etag) or _entry_of(plan, rendered, request)
    encoding = encoding_for(entry, request.key)
    if compresses_slowly(entry, encoding):
        entry.representations[encoding] = await context.executor.run((etag, encoding), partial(encode, entry, encoding))
    representation = represent(entry, encoding)
    context.cache.put(entry, request.key, encoding)
    return representation


async def prepare(plan: StreamPlan, request: ApiRequest) -> Stream:
    """Prepare a stream, inline within the budget, else in a thread; raises as `plan.prepare` does."""
    context = request.context
    if not plan.is_slow and not context.executor.is_running(plan.key):
        try:
            return context.database.inline_reader.inline(plan.prepare)
        except BudgetExceededError:
            pass
    return await context.executor.query(plan.key, plan.prepare)


def find_cached_stream(stream: Stream, request: ApiRequest) -> Representation | None:
    """Return the response to a stream whose whole body is cached; raises NotAcceptable for the encoding."""
    cache = request.context.cache
    entry = cache.get(stream.headers["ETag"])
    if entry is None:
        return None
    encoding = encoding_for(entry, request.key)
    representation = entry.representations.get(encoding)
    if representation is not None:
        cache.put(entry, request.key, encoding)
    return representation


def _render_inline(plan: Plan | StaticPlan, request: ApiRequest) -> CacheEntry | None:
    if isinstance(plan, StaticPlan):
        return _entry_of(plan, Rendered(plan.body), request)
    context = request.context
    if plan.is_slow or context.executor.is_running(plan.headers["ETag"]):
        return None
    try:
        rendered = context.database.inline_reader.inline(plan.render)
    except BudgetExceededError:
        return None
    return _entry_of(plan, rendered, request)


def _entry_of(plan: Plan | StaticPlan, rendered: Rendered, request: ApiRequest) -> CacheEntry:
    return make_entry(rendered.body, {**plan.headers, **rendered.headers}, request.route)
