"""The colour of each state's tag. The words carry the meaning; the colour only helps the eye."""

TONES = {
    "green": "active admitted approved contracted effective made met open published released sent signed won",
    "teal": "answered submitted opened unsealed decided lettered",
    "yellow": "draft drafted established queued recommended returned scheduled standstill",
    "red": "abandoned failed held lost no_award not_admitted not_met refused suspended",
    "grey": "archived cancelled closed declined discarded ended expired lapsed removed withdrawn",
}
_BY_STATE = {state: tone for tone, states in TONES.items() for state in states.split()}


def tone_of(state: str) -> str:
    """Return the tag colour for a state of any machine; "blue" for one not listed, as something under way."""
    return _BY_STATE.get(state, "blue")
