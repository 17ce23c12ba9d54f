"""A browser in words, from what it says of itself: enough to know one's own again, and no more."""

# In this order: each names itself after those it wants to be taken for.
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("Windows", "a Windows computer"),
    ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"),
    ("Linux", "a Linux computer"),
)
UNKNOWN = "A browser that does not say what it is"


def in_words(agent: str) -> str:
    """Return such as "Firefox on a Windows computer" for a browser's User-Agent header."""
    family = next((name for mark, name in FAMILIES if mark in agent), "")
    device = next((name for mark, name in DEVICES if mark in agent), "")
    if not family and not device:
        return UNKNOWN
    return f"{family or 'A browser'} on {device or 'an unknown device'}"
