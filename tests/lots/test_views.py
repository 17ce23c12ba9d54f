from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commissioning import clock
from commissioning.audit.models import AccessEntry
from commissioning.people.roles import Role
from lots.models import Agreement, Lot, Scheme, Window
from lots.services import windows
from tests.factories import authority, client_for, person, provider
from tests.lots import factories
from tests.lots.pages import boxes, send
from tests.pages import skipped

pytestmark = pytest.mark.django_db
PUBLIC = {"agreement", "lot", "scheme", "window"}


def statuses(user, pages, method="get"):
    client = client_for(user)
    return {name: getattr(client, method)(url).status_code for name, url in pages.items()}


class TestWhoSeesWhat:
    def test_the_lead_gets_every_page_of_a_draft(self, draft):
        setting, pages = draft
        assert statuses(setting.lead, pages) == dict.fromkeys(pages, 200)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_stranger_finds_no_page_of_a_draft(self, draft, method):
        _, pages = draft
        if method == "post":
            pages = {name: url for name, url in pages.items() if name not in PUBLIC | {"agreement-setup"}}
        for user in (person(provider(), Role.PROVIDER_ADMIN), person(authority(), Role.LEAD)):
            assert statuses(user, pages, method) == dict.fromkeys(pages, 404)

    def test_a_visitor_finds_no_draft_and_is_asked_to_sign_in_for_acts(self, draft):
        _, pages = draft
        got = statuses(None, pages)
        assert {name for name, status in got.items() if status == 404} == PUBLIC
        assert {status for name, status in got.items() if name not in PUBLIC} == {302}

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_colleague_without_the_role_is_told_why_not(self, draft, method):
        setting, pages = draft
        commissioner = person(setting.lead_authority, Role.COMMISSIONER)
        acts = {name: url for name, url in pages.items() if name not in PUBLIC | {"agreement-setup"}}
        assert statuses(commissioner, acts, method) == dict.fromkeys(acts, 403)
        refused = client_for(commissioner).post(acts["window-announce"])
        assert "procurement lead of the authority that runs it" in refused.content.decode()
        assert AccessEntry.objects.filter(what="POST Announce").exists()

    def test_a_published_agreement_is_read_by_anybody_and_run_by_its_lead_alone(self, live):
        setting, pages = live
        outsider = person(provider(), Role.PROVIDER_ADMIN)
        for user in (None, outsider, setting.member):
            got = statuses(user, {name: pages[name] for name in PUBLIC})
            assert got == dict.fromkeys(PUBLIC, 200)
        assert client_for(outsider).get(pages["agreement-setup"]).status_code == 404
        acts = {name: url for name, url in pages.items() if name not in PUBLIC | {"agreement-setup"}}
        for stranger in (outsider, person(authority(), Role.LEAD)):
            for method in ("get", "post"):
                assert statuses(stranger, acts, method) == dict.fromkeys(acts, 403)
        told = client_for(outsider).get(pages["agreement-abandon"]).content.decode()
        assert "procurement lead of the authority that runs it" in told
        assert client_for(setting.member).get(pages["agreement-setup"]).status_code == 200

    def test_headings_leave_out_no_level_with_a_window_open_or_none(self, live):
        setting, pages = live
        open_now = client_for(None).get(pages["agreement"]).content.decode()
        Window.objects.filter(agreement=setting.agreement).update(state="closed")
        none_open = client_for(None).get(pages["agreement"]).content.decode()
        assert "portal-card--now" in open_now
        assert "portal-card--now" not in none_open
        for page in (open_now, none_open, client_for(None).get("/").content.decode()):
            assert skipped(page) is None

    def test_outsiders_are_offered_no_acts(self, live):
        setting, pages = live
        for user, offered in ((person(provider(), Role.PROVIDER_ADMIN), False), (setting.lead, True)):
            page = client_for(user).get(pages["scheme"]).content.decode()
            assert ("Copy to a new draft" in page) is offered

    def test_an_unknown_reference_is_not_found(self):
        unknown: list[tuple[str, list[Any]]] = [("agreement", ["X"]), ("lot", ["X", 1])]
        for name, args in [*unknown, ("scheme", ["X"]), ("window", ["X"])]:
            assert client_for().get(reverse(name, args=args)).status_code == 404


class TestPublicPages:
    def test_the_start_shows_what_is_open(self, live):
        setting, pages = live
        page = client_for().get("/").content.decode()
        assert pages["window"] in page
        assert setting.agreement.title in page
        assert "London time" in page

    def test_an_agreement_states_its_standstills(self):
        chosen = {"standstill_admission": "none", "standstill_call_off": "voluntary"}
        setting = factories.agreement(regime="PA23_LTR_FRAMEWORK", **chosen)
        page = client_for().get(setting.agreement.get_absolute_url()).content.decode()
        assert "<dt>Standstill before an admission takes effect</dt><dd>No standstill</dd>" in page
        assert "<dt>Standstill after an award</dt><dd>Voluntary: once announced, it binds</dd>" in page

    def test_everything_a_window_asks_is_read_before_registering(self, live):
        _, pages = live
        page = client_for().get(pages["window"]).content.decode()
        for text in ("Experience and skills", "30%", "up to 750 words", "Safeguarding", "Excellent", "65%"):
            assert text in page

    @pytest.mark.parametrize("name", ["scheme", "window"])
    def test_what_a_panel_sees_of_last_time_is_read_before_registering(self, draft, name):
        setting, pages = draft
        unseen = "the panel does not see your last answer, its score or its reason"
        seen = "the panel sees your last score for the same question and its reason"
        client = client_for(setting.lead)
        assert unseen in client.get(pages[name]).content.decode()
        assert send(client, pages["scheme-change"], panel_sees_last_score="on").status_code == 302
        page = client.get(pages[name]).content.decode()
        assert seen in page
        assert unseen not in page

    def test_the_page_of_a_lot_that_is_not_activated_says_so(self, live):
        setting, _ = live
        page = client_for().get(setting.lots[-1].get_absolute_url()).content.decode()
        assert "nothing is called off under it" in page

    def test_filters_keep_what_fits(self, live):
        setting, _ = live
        for query, found in (
            (f"text={setting.agreement.reference}", True),
            ("text=nothing+like+it", False),
            ("state=published&regime=PCR_LTR", True),
            ("regime=PSR", False),
        ):
            page = client_for().get(f"/agreements/?{query}").content.decode()
            assert (setting.agreement.get_absolute_url() in page) is found
        listed = client_for().get(f"/windows/?agreement={setting.agreement.reference}&state=open")
        assert "Spring window" in listed.content.decode()

    @pytest.mark.parametrize("url", ["/", "/agreements/", "/windows/"])
    def test_a_list_costs_as_much_with_three_rows_as_with_one(self, url, django_assert_num_queries):
        now = clock.now()

        def add():
            setting = factories.agreement(now=now)
            scheme = factories.scheme(setting, now=now)
            pairs = [(one, scheme) for one in setting.lots]
            factories.window(setting, now=now, lots=pairs[:1], opens_at=now, title="Open")
            factories.window(setting, now=now, lots=pairs[1:], title="To come")

        add()
        for user in (None, person(authority(), Role.LEAD)):
            client = client_for(user)
            with django_assert_num_queries(count := self.cost(client, url)):
                client.get(url)
            add()
            add()
            assert self.cost(client, url) == count

    def cost(self, client, url):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)


class TestAgreementByHand:
    """The whole of setting up, as a lead does it in the browser."""

    def test_from_nothing_to_an_announced_window(self):
        pcc, ccc = authority("PCC"), authority("CCC")
        lead = person(pcc, Role.LEAD)
        chair, member = person(pcc, Role.BOARD_CHAIR), person(ccc, Role.BOARD_MEMBER)
        client = client_for(lead)
        today = clock.now().date()

        page = send(
            client,
            "/agreements/new/",
            lead=pcc.reference,
            reference="eip-pdps",
            title="Early intervention",
            description="Support at home.",
            regime="PCR_LTR",
            starts_on_day=str(today.day),
            starts_on_month=str(today.month),
            starts_on_year=str(today.year),
            initial_years="5",
            extension_years="2",
            published_maximum="21,329,161",
        )
        setup = "/agreements/EIP-PDPS/setup/"
        assert page.url == setup
        page = client.get(setup).content.decode()
        assert "Add at least one lot." in page
        assert "Without one: PCC" in page

        send(client, "/agreements/EIP-PDPS/authorities/add/", organisation=ccc.reference)
        for user, place, kind in ((chair, pcc, "chair"), (member, ccc, "member")):
            seat = f"{user.reference} {place.reference}"
            page = send(client, "/agreements/EIP-PDPS/board/seats/add/", user=seat, kind=kind)
            assert page.status_code == 302
        page = send(
            client,
            "/agreements/EIP-PDPS/lots/add/",
            title="Information and Advice",
            annual_value="566098",
            term_value="3962686",
            cpv_codes="85000000-9\n85310000",
        )
        assert page.status_code == 302
        send(client, "/agreements/EIP-PDPS/lots/1/points/", skills="- One\n- Two", outcomes="Three")
        lot = Lot.objects.get()
        assert [point.text for point in lot.skills] == ["One", "Two"]
        assert lot.cpv_codes == ["85000000-9", "85310000"]

        page = send(client, "/agreements/EIP-PDPS/schemes/new/", kind="admission", title="Admission")
        scheme = Scheme.objects.get()
        assert page.url == scheme.get_absolute_url()
        page = send(client, f"{page.url}questions/SV1/", weight="9.99")
        assert page.status_code == 302, page.context["form"].errors
        page = client.get(f"{scheme.get_absolute_url()}publish/").content.decode()
        assert "total 99.99; they must total exactly 100" in page
        send(client, f"{scheme.get_absolute_url()}questions/SV1/", weight="10")
        client.post(f"{scheme.get_absolute_url()}publish/")
        client.post("/agreements/EIP-PDPS/publish/")
        assert Agreement.objects.get().state == "published"

        opens = today + timedelta(days=10)
        closes = clock.next_working_day(today + timedelta(days=40), "england-and-wales")
        page = send(
            client,
            "/agreements/EIP-PDPS/windows/new/",
            title="First window",
            **boxes("opens_at", opens, "9am"),
            **boxes("deadline", closes, "noon"),
            scheme_1=scheme.reference,
        )
        window = Window.objects.get()
        assert page.url == window.get_absolute_url()
        assert clock.london_time(window.deadline).hour == 12
        announce = f"{window.get_absolute_url()}announce/"
        assert 'href="/agreements/EIP-PDPS/references/"' in client.get(announce).content.decode()
        named = {"support_contact": "help@pcc.example", "support_hours": "Weekdays, 9 to 5"}
        send(client, "/agreements/EIP-PDPS/references/", **named)
        client.post(announce)
        window.refresh_from_db()
        assert window.state == "scheduled"
        assert "First window" in client_for().get("/").content.decode()


class TestActs:
    """Each act's page does what it says, once the form is sent."""

    def test_recorded_decisions_of_a_live_agreement(self, live):
        setting, pages = live
        client, icb = client_for(setting.lead), authority("ICB")
        today = clock.london_date(clock.now())
        day = {"day": str(today.day), "month": str(today.month), "year": str(today.year)}
        taken = {f"decided_on_{box}": value for box, value in day.items()}
        decision = {"decision_reference": "KEY/1", "reason": "The review ended.", **taken}
        lot = setting.lots[-1]
        send(client, reverse("lot-activate", args=[setting.agreement.reference, lot.number]), **decision)
        running = client.get(pages["lot-remove"]).content.decode()
        assert "is in “Spring window”, which is “Open for applications”" in running
        Window.objects.update(state="decided")
        send(client, pages["lot-remove"], **decision)
        assert [one.state for one in Lot.objects.order_by("number")] == ["removed", "active"]
        send(client, pages["agreement-extend"], **decision)
        agreement = Agreement.objects.get()
        assert agreement.ends_on == agreement.latest_end
        send(
            client,
            pages["authority-succeed"],
            successor=icb.reference,
            reason="By order.",
            **{f"effective_on_{box}": value for box, value in day.items()},
        )
        assert icb.pk in Agreement.objects.get().sighted_by
        page = client.get(pages["agreement-setup"]).content.decode()
        assert "then succeeded by" in page
        assert "KEY/1" in page
        send(client, pages["agreement-references"], notice_reference="2021/S 000-000001")
        assert "2021/S 000-000001" in client_for().get(pages["agreement"]).content.decode()

    def test_when_it_opens_is_decided_and_shown_as_a_plan(self, live):
        setting, pages = live
        client = client_for(setting.lead)
        scheme = Scheme.objects.get()
        given = {"reopen_every_months": "6", "rolling_1": scheme.reference}
        refused = send(client, pages["agreement-reopening"], **given)
        assert "Enter the reference of the decision" in refused.content.decode()
        decision = {"decision_reference": "KEY/5", "reason": "More should join."}
        assert send(client, pages["agreement-reopening"], **given, **decision).status_code == 302
        setup = client.get(pages["agreement-setup"]).content.decode()
        assert "KEY/5" in setup
        assert "at any time for Lot 1" in setup
        for url in ("/", pages["agreement"]):
            page = client_for().get(url).content.decode()
            assert "Planned to open again" in page
            assert "plans, not promises" in page
        proposed = client.get(pages["window-new"]).context["form"].initial
        assert proposed["scheme_1"] == scheme.reference
        assert proposed["deadline"] > proposed["opens_at"]

    def test_a_changed_list_of_skills_stands_with_its_reason_and_the_earlier_ones(self, live):
        setting, pages = live
        client = client_for(setting.lead)
        change = {"skills": "Co-produce", "outcomes": "People stay independent"}
        refused = send(client, pages["lot-points"], **change)
        assert "give the reason for this change" in refused.content.decode()
        send(client, pages["lot-points"], **change, reason="The board asked for it.")
        page = client_for().get(pages["lot"]).content.decode()
        for text in ("Co-produce", "The board asked for it.", "version 1", "Manage risk"):
            assert text in page
        window = client_for().get(pages["window"]).content.decode()
        assert "Manage risk" in window
        assert "Co-produce" not in window

    def test_a_draft_is_changed_and_emptied(self, draft):
        setting, pages = draft
        client = client_for(setting.lead)
        send(client, pages["agreement-change"], title="Other title")
        send(client, pages["authority-change"], spend_cap="6000000")
        send(client, pages["board-change"], quorum="2", chair_has_casting_vote="on")
        send(client, pages["lot-change"], title="Other lot")
        send(client, pages["scheme-scale"], label_3="Sound")
        send(client, pages["question-change"], position="4")
        send(client, pages["standard-add"], code="EXTRA", title="Extra", text="We do.")
        send(client, pages["standard-change"], title="Cover")
        send(client, pages["standards-take-out"])
        send(client, pages["questions-take-out"])
        send(client, pages["window-change"], title="Other window")
        agreement = Agreement.objects.get()
        assert (agreement.title, agreement.board.quorum) == ("Other title", 2)
        assert agreement.authorities.get(organisation=setting.partner).spend_cap == 6_000_000
        assert Lot.objects.get(number=1).title == "Other lot"
        scheme = Scheme.objects.get()
        assert [question.code for question in scheme.questions.all()] == ["MS2", "MS3", "SV1"]
        assert [standard.code for standard in scheme.standards.all()] == ["SAFE", "CQC", "EXTRA"]
        assert scheme.scale.all()[3].label == "Sound"
        assert Window.objects.get().title == "Other window"
        send(client, pages["window-cancel"], reason="Not now.")
        assert Window.objects.get().state == "cancelled"
        send(client, pages["seat-end"])
        send(client, pages["authority-remove"])
        assert Agreement.objects.get().sighted_by == {setting.lead_authority.pk}
        send(client, reverse("lot-take-out", args=[setting.agreement.reference, 2]))
        assert Lot.objects.count() == 1

    def test_a_competition_scheme_by_a_partners_lead(self, live):
        setting, pages = live
        partner = client_for(person(setting.partner, Role.LEAD))
        page = partner.get(pages["scheme-new"])
        assert [value for value, _ in page.context["form"].fields["kind"].choices] == ["competition"]
        url = send(partner, pages["scheme-new"], title="Stroke").url
        send(partner, f"{url}change/", price_weight="40", price_formula="lowest", tie_break_1="quality")
        line = {"code": "H1", "title": "Hour", "unit": "hour", "quantity": "100", "ceiling": "25"}
        send(partner, f"{url}prices/add/", **line)
        send(partner, f"{url}prices/H1/", ceiling="26.50")
        assert "£26.50" in partner.get(url).content.decode()
        partner.post(f"{url}publish/")
        scheme = Scheme.objects.get(kind="competition")
        assert (scheme.state, scheme.authority) == ("published", setting.partner)
        assert scheme.quality_weight == 60
        copy = send(partner, f"{url}copy/").url
        assert Scheme.objects.get(copied_from=scheme).get_absolute_url() == copy
        assert client_for().get(url).status_code == 404


def test_only_those_who_may_apply_are_led_to_the_application(time_machine):
    setting = factories.agreement()
    window = factories.window(setting)
    time_machine.move_to(factories.NOW + timedelta(days=2))
    windows.keep_time(window_id=window.pk, now=clock.now())
    bidder = person(provider(), "provider_editor")
    pages = {
        who: client_for(user).get(window.get_absolute_url()).content.decode()
        for who, user in (("lead", setting.lead), ("bidder", bidder), ("nobody", None))
    }
    assert ["Apply now" in pages[who] for who in ("lead", "bidder", "nobody")] == [False, True, True]
