"""The start, the search, documents, events."""

from access.registry import Rule

PUBLIC = Rule(is_public=True)

RULES = {
    "home": Rule(),
    "search": Rule(),
    "system": Rule(role="system-administrator"),
    "help": Rule(),
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "metrics": PUBLIC,
    "events:stream": Rule(without_right_role="a stream without end"),
}
