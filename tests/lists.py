"""The lists of the service, with an id of each; the tests that try them all take them from here."""

IDS = {
    "campaigns": "tianshui",
    "events": "tianshui-five-ones-study",
    "locations": "maiji",
    "outcomes": "tianshui-works-created",
    "sources": "tianshui-report",
}
LISTS = tuple(IDS)
