"""The call-offs of the demonstration: whose each is, who bids, how far it has come, and when it began."""

from dataclasses import dataclass

STAGES = ("draft", "tabled", "approved", "open", "scoring", "recommended", "standstill", "issued", "signed")


@dataclass(frozen=True)
class Story:
    """One call-off of the schedule: whose it is, who bids, how far it has come, and when it began."""

    lot: int
    title: str
    lead: str
    value: str
    until: str
    began: int
    bidders: tuple[str, ...] = ()
    partner: str = ""
    also_known_as: str = ""

    @property
    def code(self) -> str:
        return self.lead.lower()

    def reaches(self, stage: str) -> bool:
        return STAGES.index(self.until) >= STAGES.index(stage)


STORIES = (
    Story(2, "Information and Advice (Older People)", "PCC", "140000.00", "draft", -12),
    Story(3, "Sensory Support", "CCC", "210000.00", "tabled", -20, partner="PCC"),
    Story(1, "Discharge Support", "CPICB", "320000.00", "approved", -40),
    Story(
        2,
        "Community Navigators",
        "CCC",
        "260000.00",
        "open",
        -45,
        ("P3 Charity", "Care Network Cambridgeshire", "Caring Together Charity"),
    ),
    Story(
        3,
        "Practical and Social Support (Older People)",
        "PCC",
        "380000.00",
        "scoring",
        -75,
        ("Age UK Cambridgeshire and Peterborough", "British Red Cross", "P3 Charity"),
    ),
    Story(
        3,
        "Community Support (Stroke)",
        "PCC",
        "175000.00",
        "recommended",
        -95,
        ("Stroke Association", "British Red Cross"),
        also_known_as="Stroke Recovery Service",
    ),
    Story(
        3,
        "Handyperson Service",
        "CCC",
        "290000.00",
        "standstill",
        -100,
        ("Age UK Cambridgeshire and Peterborough", "Care Network Cambridgeshire", "P3 Charity"),
    ),
    Story(
        2,
        "Information and support (Alzheimer's)",
        "CCC",
        "198000.00",
        "issued",
        -150,
        ("Alzheimer's Society", "Caring Together Charity"),
        also_known_as="Dementia Service - Information and Advice",
    ),
    Story(
        1,
        "Care Home Trusted Assessor",
        "CCC",
        "240000.00",
        "signed",
        -180,
        ("Care Network Cambridgeshire", "British Red Cross", "Cera Care Operations Ltd"),
        partner="PCC",
    ),
)
