"""Providers register and apply; time runs out; the procurement lead opens the entries."""

import re
from datetime import UTC, datetime, timedelta

from commissioning.regimes import exclusions
from tests.browser.road import AGREEMENT, Road
from tests.browser.walker import Walker

ANA, BEN, RIA = "ana@helpers.example", "ben@helpers.example", "ria@rival.example"
SECRET = "three quiet lanterns 7"
WORDS = "We listen first. Families told us in 2026 what helps them, and nine in ten stayed well at home."
PDF = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%plan of work\n%%EOF\n"}
GROUNDS = tuple(ground.code for ground in exclusions.of_regime("PCR_LTR").grounds)
COMMON = ("SLAVE", "DATA", "TRUE")
DEADLINE = datetime(2027, 2, 17, 12, 0, tzinfo=UTC)


def register_a_provider(road: Road) -> None:
    road.at(datetime(2027, 1, 20, 10, 0, tzinfo=UTC))
    ana = road.newcomer("ana")
    ana.go("/account/register/")
    ana.fill(organisation_name="Fenland Helpers", sector="charity", charity_number="12")
    ana.refused("Register", "Enter your name", "harity number")
    _registers(ana, "Fenland Helpers", "1123456", "Ana Admin", ANA)
    ana.go(road.link_for(ANA))
    ana.fill(password="short")
    ana.refused("Confirm and sign in", "12 characters")
    ana.fill(password=SECRET)
    ana.press("Confirm and sign in")
    rival = road.newcomer("rival")
    rival.go("/account/register/")
    _registers(rival, "Rival Care", "1123457", "Ria Rival", RIA)
    rival.go(road.link_for(RIA))
    rival.fill(password=SECRET)
    rival.press("Confirm and sign in")


def _registers(walker: Walker, organisation: str, number: str, name: str, email: str) -> None:
    walker.fill(
        organisation_name=organisation,
        sector="charity",
        charity_number=number,
        address="1 Mill Lane\nExampleton PE2 2BB",
        name=name,
        email=email,
    )
    walker.press("Register")
    walker.sees("We have written to the address you gave")


def invite_a_colleague(road: Road) -> None:
    ana = road.as_("ana")
    ana.go("/account/")
    ana.follow("People of Fenland Helpers")
    ana.follow("Invite a colleague")
    ana.fill(name="Ben Editor", email="ben at home")
    ana.refused("Send the invitation", "e-mail address", "at least one role")
    ana.fill(email=BEN, roles=["provider_editor"])
    ana.press("Send the invitation")
    ben = road.newcomer("ben")
    ben.go(road.link_for(BEN))
    ben.sees("has invited you")
    ben.fill(name="Ben Editor", password=SECRET)
    ben.press("Accept and join")


def apply_for_two_lots(road: Road) -> None:
    ana, ben = road.as_("ana"), road.as_("ben")
    window = f"/windows/{road.found['window']}/"
    ana.go("/windows/")
    ana.go(window)
    ana.follow("Apply now")
    ana.refused("Start the application", "Select at least one lot")
    ana.fill(lots=["1", "2"])
    ana.press("Start the application")
    road.found["application"] = ana.path
    ana.sees("If the window closed now", "would not go in")
    ana.follow("Declarations", exact=True)
    _declares(ana, COMMON, grounds=GROUNDS)
    ana.fill(text=WORDS)
    ana.press("Save and next")
    ana.on(road.found["application"])
    _answers(ana, lot=1)
    ben.go(window)
    ben.follow("Go on with your application")
    ben.on(road.found["application"])
    _answers(ben, lot=2, look=False)
    ana.go(road.found["application"])
    ana.sees("Ben Editor", "Who works on this")


def meet_a_second_editor(road: Road) -> None:
    """Two people write on one page: nobody's words go over the other's unseen."""
    ana, ben = road.as_("ana"), road.as_("ben")
    page = f"{road.found['application']}lots/1/questions/MS1/"
    ana.go(page)
    ben.go(page)
    ben.fill(text=f"{WORDS} Ben adds the garden.")
    ben.press("Save")
    ana.fill(text=f"{WORDS} Ana adds the choir.")
    ana.refused(_save_button(road, ana), "Ben Editor", links=False)
    ana.sees("How yours differs", "Ben adds the garden.")
    ana.fill(text=f"{WORDS} We add the garden and the choir.")
    ana.press("Save what is in the box")
    ben.go(page)
    ben.sees("Last saved")
    assert ben.page.locator("main [name=text]").input_value().endswith("the garden and the choir.")


def _save_button(road: Road, walker: Walker) -> str:
    """Return the button that leads to the difference; the page's script notices by itself."""
    if road.twin is not None:
        return "Save"
    offered = walker.page.get_by_role("button", name="Look at the difference")
    offered.wait_for()
    return "Look at the difference"


def lose_the_session(road: Road) -> None:
    """A session is lost with two pages open: what both hold is saved after signing in once."""
    ana = road.as_("ana")
    application = road.found["application"]
    other = ana.context.new_page()
    other.goto(f"{application}lots/1/questions/SV1/")
    ana.go(f"{application}lots/1/questions/MS1/")
    ana.context.clear_cookies(name="sessionid")
    ana.fill(text=f"{WORDS} Typed while signed out.")
    assert ana.pressed("Save") == 401
    ana.sees("What you typed is kept on this page")
    ana.fill(sign_in_again_email=ANA, sign_in_again_password=SECRET)
    ana.press("Sign in and go on")
    assert ana.page.locator("main [name=text]").input_value().endswith("Typed while signed out.")
    other.locator("main [name=text]").fill(f"{WORDS} Typed on the other page.")
    if road.twin is None:
        other.locator("[data-autosave-shown]").filter(
            has_text=re.compile(r"^Saved \S+ London time\.$")
        ).wait_for(timeout=20_000)
    else:
        other.locator("main").get_by_role("button", name="Save", exact=True).press("Enter")
        other.get_by_text("Nothing has been saved yet").wait_for()
        other.get_by_role("button", name="Send it once more").press("Enter")
    other.wait_for_url(re.compile("/questions/SV1/$"))
    other.reload()
    other.get_by_text("Last saved").wait_for()
    assert other.locator("main [name=text]").input_value().endswith("Typed on the other page.")
    other.close()
    for code in ("MS1", "SV1"):
        ana.go(f"{application}lots/1/questions/{code}/")
        ana.fill(text=f"{WORDS} This is {code} for lot 1.")
        ana.press("Save")


def _declares(
    walker: Walker, codes: tuple[str, ...], *, grounds: tuple[str, ...] = (), again: bool = False
) -> None:
    walker.fill(**{f"met_{code}": "yes" for code in (*grounds, *codes)}, **dict.fromkeys(codes, "As we say."))
    walker.press("Confirm and next" if again else "Save and next")


def _answers(walker: Walker, *, lot: int, look: bool = True) -> None:
    application = walker.path
    walker.go(f"{application}lots/{lot}/standards/")
    # The second lot asks the same words: what was declared for the first is filled in.
    _declares(walker, ("INS", "SAFE", "CQC"), again=lot == 2)
    if look:
        _names_a_subcontractor(walker)
    else:
        walker.choose("We apply alone")
        walker.press("Save and next")
    walker.sees("What evaluators look for", "60%")
    if look:
        _tries_the_box(walker)
    for code in ("MS1", "SV1"):
        assert walker.path.endswith(f"/questions/{code}/"), walker.path
        walker.fill(text=f"{WORDS} This is {code} for lot {lot}.")
        walker.press("Save and next")
    assert walker.path.endswith(f"/lots/{lot}/submit/"), walker.path


def _names_a_subcontractor(walker: Walker) -> None:
    walker.refused("Save and next", "Select how you apply")
    walker.choose("We apply with others")
    walker.press("Save and next")
    walker.refused("Save", "Enter the name of the organisation")
    walker.fill(
        name="Night Owls",
        role="subcontractor",
        does="The line after ten at night.",
        relied_on="no",
        clear="yes",
    )
    walker.press("Save")
    walker.sees("Night Owls", "Subcontractor")
    walker.press("Save and next")


def _tries_the_box(walker: Walker) -> None:
    """Words are counted by the server; a file that is none is refused and the words are kept."""
    walker.fill(text="word " * 751)
    walker.press("Save")
    walker.sees("1 word past the limit")
    walker.fill(
        text=WORDS, file={"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"no PDF at all"}
    )
    walker.refused("Save", "PDF")
    walker.sees("We listen first.")
    walker.fill(text=WORDS, file=PDF)
    walker.press("Save")
    walker.sees("plan.pdf")


def submit_and_verify(road: Road) -> None:
    ana, rival = road.as_("ana"), road.as_("rival")
    for lot in (1, 2):
        ana.go(road.found["application"])
        ana.follow(f"Check and submit Lot {lot}")
        ana.sees("Nobody else: not the authorities", f"This is SV1 for lot {lot}.")
        ana.press(f"Submit Lot {lot}")
        ana.page.get_by_text("Received and sealed").wait_for()
        if lot == 1:
            _verify(road, ana)
    assert road.told(ANA, "Lot 1")
    ana.go("/applications/")
    ana.sees("Spring window")
    rival.go(f"/windows/{road.found['window']}/apply/")
    rival.fill(lots=["1", "2"])
    rival.press("Start the application")
    road.found["rival application"] = rival.path
    rival.follow("Declarations", exact=True)
    _declares(rival, COMMON, grounds=GROUNDS)
    rival.fill(text="We have done so for years.")
    rival.press("Save and next")
    for lot in (1, 2):
        rival.go(road.found["rival application"])
        _answers(rival, lot=lot, look=False)
        rival.press(f"Submit Lot {lot}")


def _verify(road: Road, ana: Walker) -> None:
    receipt = ana.download("Download as JSON").read_bytes()
    assert ana.download("Download as PDF").read_bytes().startswith(b"%PDF")
    visitor = road.stranger()
    visitor.go("/verify/")
    visitor.refused("Check the receipt", "Choose the receipt's file")
    visitor.fill(receipt={"name": "receipt.json", "mimeType": "application/json", "buffer": receipt})
    visitor.press("Check the receipt")
    visitor.sees("This receipt is genuine", "Fenland Helpers")
    visitor.go("/verify/")
    visitor.fill(text=receipt.decode().replace("Fenland", "Fenlend"))
    visitor.press("Check the receipt")
    visitor.sees("This receipt proves nothing")


def nobody_reads_before_the_opening(road: Road) -> None:
    lead, commissioner = road.as_("lead"), road.as_("commissioner")
    application = road.found["application"]
    window = f"/windows/{road.found['window']}/"
    for walker in (lead, commissioner, road.as_("rival")):
        walker.go(application, status=404)
        walker.go(f"{application}lots/1/questions/MS1/", status=404)
    lead.go(window)
    lead.sees_no("Fenland Helpers", "Rival Care")
    lead.go(f"{window}open/")
    lead.sees("sealed until")
    lead.sees_no("Fenland Helpers", "Rival Care")
    commissioner.go(f"{window}open/", status=403)
    commissioner.sees("Your role does not allow you")


def the_deadline_passes(road: Road) -> None:
    """What was drawn in time and is sent too late is refused, both times named."""
    ben, rival = road.as_("ben"), road.as_("rival")
    rival.go(road.found["rival application"] + "lots/1/questions/MS1/")
    rival.fill(text="Second thoughts, just too late.")
    ben.go(road.found["application"] + "lots/2/submit/")
    road.at(DEADLINE + timedelta(seconds=1))
    late = ("17 February 2027, 12:00:0", "after the deadline of Wednesday 17 February 2027, 12:00:00.000000")
    ben.refused("Submit Lot 2 again", *late, links=False)
    rival.refused("Save", *late, links=False)
    rival.go(road.found["rival application"])
    rival.sees("The deadline has passed")


def the_lead_opens(road: Road) -> None:
    lead = road.as_("lead")
    road.at(DEADLINE.replace(minute=10))
    lead.go(f"/windows/{road.found['window']}/")
    lead.sees("Closed, sealed")
    lead.follow("Open the entries")
    lead.refused("Open the entries now", "cannot be undone")
    lead.fill(sure=True)
    lead.press("Open the entries now")
    lead.sees("Moira Lead", "Fenland Helpers", "Rival Care", "2 entries")
    assert AGREEMENT in lead.page.locator(".govuk-breadcrumbs").inner_text()
