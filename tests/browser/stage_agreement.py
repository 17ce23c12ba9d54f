"""A procurement lead sets up an agreement, writes its schemes and announces a window."""

from tests.browser.road import AGREEMENT, Road
from tests.browser.walker import Walker


def set_up_the_agreement(road: Road) -> None:
    lead = road.as_("lead")
    lead.go("/agreements/")
    lead.go("/agreements/new/")
    lead.refused("Save and go on", "Enter the title", "Enter the first day")
    lead.fill(
        lead="Exampleton",
        reference=AGREEMENT,
        title="Early help in Fenshire",
        description="Help for people before they need more of it.",
        regime="PCR_LTR",
        standstill_call_off="Mandatory",
        starts_on=(1, 2, 2027),
        initial_years=5,
        extension_years=2,
        published_maximum="3,500,000",
        support_contact="procurement@pcc.example",
        support_hours="Monday to Friday, 9 am to 5 pm",
    )
    lead.press("Save and go on")
    lead.on(f"/agreements/{AGREEMENT}/setup/")
    lead.sees("Before it can be published")
    _authorities_and_board(lead)
    _lots(lead)
    lead.follow("Publish the agreement")
    lead.press("Publish the agreement")
    lead.sees("The agreement is published")


def _authorities_and_board(lead: Walker) -> None:
    lead.follow("Add an authority")
    lead.refused("Add the authority", "authority")
    lead.fill(organisation="Fenshire")
    lead.press("Add the authority")
    lead.follow("Change name, quorum or casting vote")
    lead.fill(name="", quorum="")
    lead.refused("Save", "name of the board", "quorum")
    lead.fill(name="Joint project board", quorum=2)
    lead.press("Save")
    for who, kind in (("Chad Chair", "chair"), ("Mei Member", "member")):
        lead.follow("Seat a person")
        if kind == "chair":
            lead.refused("Give the seat", "Select the person")
        lead.fill(user=who, kind=kind)
        lead.press("Give the seat")
    lead.sees("Chad Chair", "Mei Member")


def _lots(lead: Walker) -> None:
    for number, title, state in ((1, "Community support", "active"), (2, "Outreach", "established")):
        lead.follow("Add a lot")
        if number == 1:
            lead.fill(cpv_codes="85x")
            lead.refused("Add the lot", "Enter the title")
        lead.fill(
            title=title,
            description=f"{title} for adults who live at home.",
            cpv_codes="85000000\n85300000-2",
            annual_value="250000",
            term_value="1750000",
            state=state,
        )
        lead.press("Add the lot")
        lead.follow(f"Skills and outcomes of lot {number}")
        if number == 1:
            lead.refused("Save as the new version", "skills")
        lead.fill(
            skills="Listens to people\nWorks with families",
            outcomes="People stay well\nPeople are less alone",
        )
        lead.press("Save as the new version")
    lead.sees("Established, not activated")


def write_the_schemes(road: Road) -> None:
    lead = road.as_("lead")
    for kind, title in (("common", "About you 2027"), ("admission", "Admission 2027")):
        lead.go(f"/agreements/{AGREEMENT}/setup/")
        lead.follow("Begin a scheme")
        if kind == "common":
            lead.refused("Save and go on", "Enter the title")
        lead.fill(kind=kind, title=title)
        lead.press("Save and go on")
        if kind == "admission":
            _change_the_scheme(lead)
        lead.follow("Publish the scheme")
        lead.press("Publish and freeze the scheme")
        lead.sees("It can be copied, but never changed")


def _change_the_scheme(lead: Walker) -> None:
    lead.sees("Experience and skills", "Social value", "Insurance")
    lead.follow("Change the title")
    lead.fill(title="")
    lead.refused("Save", "Enter the title")
    lead.fill(title="Admission 2027", threshold=65)
    lead.press("Save")
    for title in ("Outcomes for people", "Working with others"):
        lead.follow(f"Take out {title}")
        lead.press("Take it out")
    lead.sees("The weights total 40%")
    for title, weight in (("Experience and skills", 60), ("Social value", 40)):
        lead.follow(f"Change {title}")
        lead.fill(weight=weight)
        lead.press("Save the question")


def announce_a_window(road: Road) -> None:
    lead = road.as_("lead")
    lead.go(f"/agreements/{AGREEMENT}/setup/")
    lead.follow("Schedule a window")
    lead.fill(opens_at=(31, 2, 2027, "09:00"))
    lead.refused("Save as a draft", "Enter the title", "deadline")
    lead.fill(
        title="Spring window",
        opens_at=(18, 1, 2027, "09:00"),
        deadline=(17, 2, 2027, "12:00"),
        expected_decision_on=(12, 3, 2027),
        scheme_1="Admission 2027",
        scheme_2="Admission 2027",
        common_scheme="About you 2027",
    )
    lead.press("Save as a draft")
    road.found["window"] = lead.reference
    lead.follow("Announce the window")
    lead.press("Announce the window")
    lead.sees("Scheduled", "Monday 18 January 2027")
    visitor = road.stranger()
    visitor.go("/")
    visitor.go(f"/agreements/{AGREEMENT}/")
    visitor.sees("Opens next", "Early help in Fenshire")
    visitor.go(f"/windows/{road.found['window']}/")
    visitor.sees("Experience and skills")
