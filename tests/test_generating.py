"""Generated campaigns: valid, sound, independent of how many there are, and good enough for the real build."""

from itertools import islice
from pathlib import Path

import pytest

from app.build.pipeline import build
from app.build.reader import CampaignSeeds, Seeds
from app.build.validate import check
from app.main import create_app
from app.resources.events.document import EventDocument, EventsDocument
from app.resources.outcomes.document import OutcomeDocument, OutcomesDocument
from app.settings import Settings
from tests.client import Client
from tests.tools.generating import CAMPAIGNS, generate, write

pytestmark = pytest.mark.slow

MANY = 3000


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return held(generate(MANY, campaigns=2))


def held(seeds: Seeds) -> Seeds:
    """Load lazy documents into tuples, which the checks expect."""
    campaigns = [
        CampaignSeeds(
            campaign.campaign,
            campaign.sources,
            campaign.locations,
            EventsDocument(events=tuple(campaign.events.events)),
            OutcomesDocument(outcomes=tuple(campaign.outcomes.outcomes)),
            campaign.yaml,
        )
        for campaign in seeds.campaigns
    ]
    return Seeds(seeds.places, seeds.places_yaml, campaigns)


def test_the_same_arguments_give_the_same_documents(seeds: Seeds) -> None:
    assert held(generate(MANY, campaigns=2)) == seeds


def test_documents_can_be_iterated_again() -> None:
    (campaign,) = generate(30).campaigns
    assert list(campaign.events.events) == list(campaign.events.events)
    assert list(campaign.outcomes.outcomes) == list(campaign.outcomes.outcomes)
    assert list(campaign.events.events[-2:]) == [campaign.events.events[28], campaign.events.events[29]]


def test_an_event_does_not_depend_on_the_number_of_events() -> None:
    few, many = (generate(events).campaigns[0] for events in (10, 1_000_000))
    assert list(few.events.events) == list(islice(many.events.events, 10))
    assert list(few.outcomes.outcomes) == list(islice(many.outcomes.outcomes, len(few.outcomes.outcomes)))
    assert (few.campaign, few.sources, few.locations) == (many.campaign, many.sources, many.locations)
    assert many.events.events[999_999].id.endswith("-1000000")


def test_events_are_shared_out_among_the_campaigns() -> None:
    campaigns = generate(8, campaigns=3).campaigns
    assert [campaign.campaign.id for campaign in campaigns] == sorted(CAMPAIGNS)
    assert sorted(len(campaign.events.events) for campaign in campaigns) == [2, 3, 3]


def test_documents_are_valid(seeds: Seeds) -> None:
    for campaign in seeds.campaigns:
        for event in campaign.events.events:
            assert EventDocument.model_validate_json(event.model_dump_json(exclude_unset=True)) == event
        for outcome in campaign.outcomes.outcomes:
            assert OutcomeDocument.model_validate_json(outcome.model_dump_json(exclude_unset=True)) == outcome


def test_ids_are_unique_and_references_lead_somewhere(seeds: Seeds) -> None:
    assert check(seeds) == []


def test_words_have_the_expected_frequencies() -> None:
    titles = [event.title.root["zh-Hant"] for event in generate(30_000).campaigns[0].events.events]
    shares = {word: sum(word in title for title in titles) / len(titles) for word in ("趙偉", "紀念", "公安")}
    assert shares["趙偉"] == pytest.approx(1 / 1000, rel=0.5)
    assert shares["紀念"] == pytest.approx(1 / 13, rel=0.1)
    assert shares["公安"] == pytest.approx(0.9, rel=0.05)


def test_written_seeds_can_be_built(tmp_path: Path) -> None:
    write(generate(60, campaigns=2), tmp_path / "seeds")
    built = build(tmp_path / "seeds", tmp_path / "database.sqlite3")
    client = Client(create_app(Settings(data=built.path)))
    assert client.get("/v1/events?limit=1")["meta"]["total"] == 60
    assert client.get("/v1/outcomes?limit=1&scope=event")["meta"]["total"] == 6
