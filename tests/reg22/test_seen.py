"""Regulation 22: attempts are seen, what was sealed is opened whole, the level is stated (R22-g to R22-i)."""

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from commissioning.audit import triggers
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import close_access_batches
from commissioning.pages.tasks import run_all
from commissioning.people.roles import Role
from commissioning.records import receipts, store
from commissioning.records.models import Message, Round, SealedBlob
from commissioning.workflow import Refused
from lots.services import agreements
from providers.queries import evaluation
from providers.services import openings
from tests import factories as people
from tests.lots import factories as lots
from tests.providers import factories as f
from tests.reg22 import ground as g

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return g.prepare()


class TestR22gAttemptsAreSeen:
    def test_each_door_notes_who_what_when_and_from_where(self, ground):
        window = ground.window.reference
        doors = {
            **dict.fromkeys(ground.addresses(), ground.strangers["rival"]),
            reverse("window-unseal", args=[window]): ground.strangers["evaluator"],
            reverse("window-extend", args=[window]): ground.strangers["commissioner"],
            f"/record/{window}/": ground.strangers["evaluator"],
        }
        for url, who in doors.items():
            before = AccessEntry.objects.count()
            client = people.client_for(who, REMOTE_ADDR="198.51.100.7")
            assert client.get(url).status_code in {403, 404}, url
            assert AccessEntry.objects.count() == before + 1, f"nothing was noted at {url}"
            noted = AccessEntry.objects.latest("pk")
            assert (noted.outcome, noted.user, noted.at) == ("refused", who, f.NOW), url
            assert noted.address == "198.51.100.7", url
            assert noted.chain == ground.window.agreement.reference, url
            assert noted.what, url

    def test_an_attempt_by_the_code_itself_is_noted_with_its_address(self, ground):
        client = people.client_for(ground.writer, REMOTE_ADDR="198.51.100.7")
        ground.writer.memberships.update(left_at=f.NOW)
        client.get(ground.addresses()[0])
        assert AccessEntry.objects.get().address == "198.51.100.7"

    def test_it_cannot_be_changed_or_removed_and_a_change_is_noticed(self, ground):
        people.client_for(ground.strangers["rival"]).get(ground.addresses()[0])
        close_access_batches(now=f.NOW)
        for change in (
            lambda: AccessEntry.objects.update(reason=""),
            lambda: AccessEntry.objects.update(chain="ELSE"),
            lambda: AccessEntry.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        call_command("verify_audit", stdout=io.StringIO())
        with triggers.lifted():
            AccessEntry.objects.update(chain="ELSE")
        with pytest.raises(SystemExit):
            call_command("verify_audit", stdout=io.StringIO(), stderr=io.StringIO())

    def test_many_attempts_before_the_deadline_are_told_to_the_auditors_by_the_sweep(self, ground):
        client = people.client_for(ground.strangers["rival"])
        for url in ground.addresses()[:5]:
            client.get(url)
        assert run_all(now=f.NOW) == []
        told = Message.objects.filter(kind="refused_attempts")
        auditors = {ground.strangers["auditor"], ground.strangers["every role, and administrator"]}
        assert {message.recipient for message in told} == auditors
        for secret in ground.secrets:
            assert not any(secret in f"{one.subject} {one.body} {one.about} {one.key}" for one in told)
        run_all(now=f.NOW + timedelta(minutes=1))
        assert Message.objects.filter(kind="refused_attempts").count() == len(auditors)

    def test_each_reading_after_the_opening_is_noted_too(self, ground, time_machine):
        time_machine.move_to(f.AFTER, tick=False)
        lead = ground.strangers["lead"]
        openings.open_entries(window=ground.window, actor=lead, now=f.AFTER)
        evaluation.read_for_evaluation(ground.entry.submission, reader=lead, now=f.AFTER, address="192.0.2.9")
        read = AccessEntry.objects.filter(outcome="read", user=lead)
        assert {row.address for row in read} == {"192.0.2.9"}


class TestR22hIntegrity:
    @pytest.fixture
    def lead(self, ground):
        return ground.strangers["lead"]

    def damaged(self, ground, lead):
        found = openings.open_entries(window=ground.window, actor=lead, now=f.AFTER)
        return sum(lot.damaged for lot in found)

    def test_what_was_received_is_what_is_opened(self, ground, lead):
        assert self.damaged(ground, lead) == 0

    def test_a_file_changed_where_it_rests_is_noticed_at_the_opening(self, ground, lead):
        path = store.default_storage.path(SealedBlob.objects.exclude(path="").get().path)
        with Path(path).open("r+b") as file:
            file.seek(20)
            file.write(b"\x00\x00\x00")
        assert self.damaged(ground, lead) == 1

    def test_an_answer_exchanged_for_another_is_noticed(self, ground, lead):
        one, two = (
            ground.entry.submission.versions.filter(item=item).first().blob for item in ("MS2", "MS3")
        )
        SealedBlob.objects.filter(pk=one.pk).update(ciphertext=bytes(two.ciphertext))
        assert self.damaged(ground, lead) == 1

    def test_the_receipt_proves_the_file_as_it_was_sent(self, ground):
        url = next(url for url in ground.addresses() if url.endswith("receipt.json"))
        held = people.client_for(ground.writer).get(url).content
        found = receipts.verify_receipt(held)
        exact = f.pdf(g.FILE_NAME, g.IN_FILE).read()
        (line,) = [line for line in json.loads(held)["lines"] if line["kind"] == "file"]
        assert hashlib.sha256(bytes.fromhex(line["salt"]) + exact).hexdigest() == line["sha256"]
        assert [one.label for one in found.lines_that_hold(exact)] == [line["label"]]
        assert not found.lines_that_hold(exact + b" ")


class TestR22iTheLevelIsFixedAndStated:
    @pytest.mark.parametrize(
        ("level", "words"),
        [("standard", "opened by one authorised person"), ("raised", "opened by two authorised people")],
    )
    def test_anyone_reads_it_on_the_agreements_page(self, level, words):
        setting = lots.agreement(security_level=level)
        page = people.client_for().get(setting.agreement.get_absolute_url()).content.decode()
        assert words in page
        assert "No electronic signature is asked for" in page

    @pytest.mark.parametrize("choice", ["signed_in", "proved_again"])
    def test_what_signature_is_asked_for_and_why_is_stated_to_bidders(self, choice):
        setting = lots.agreement(signature=choice, signature_reason="The risk is low.")
        window = lots.window(setting)
        for thing in (setting.agreement, window):
            page = people.client_for().get(thing.get_absolute_url()).content.decode()
            assert setting.agreement.get_signature_display() in page
            assert "The risk is low." in page

    def test_the_signature_is_chosen_with_a_reason_while_it_is_a_draft_and_never_after(self):
        setting = lots.agreement(published=False)
        given = {"agreement": setting.agreement, "actor": setting.lead, "now": people.NOW}
        with pytest.raises(Refused, match="in proportion to the risk"):
            agreements.change(signature="proved_again", signature_reason=" ", **given)
        setting.agreement.refresh_from_db()
        agreements.change(signature="proved_again", signature_reason="Large sums.", **given)
        agreements.publish(**given)
        with pytest.raises(Refused, match="is published"):
            agreements.change(signature="signed_in", signature_reason="Small sums.", **given)
        setting.agreement.refresh_from_db()
        assert setting.agreement.submitter_proves_again

    def test_every_round_is_made_at_the_agreements_level(self):
        for level, by_two in (("standard", False), ("raised", True)):
            window = lots.window(lots.agreement(security_level=level))
            assert set(
                Round.objects.filter(window_lot__window=window).values_list("opened_by_two", flat=True)
            ) == {by_two}

    def test_it_can_be_chosen_while_it_is_a_draft_and_never_after(self):
        setting = lots.agreement(published=False)
        agreement = setting.agreement
        given = {"agreement": agreement, "actor": setting.lead, "now": people.NOW}
        agreements.change(security_level="raised", **given)
        agreement.refresh_from_db()
        assert agreement.opened_by_two
        agreements.publish(**given)
        with pytest.raises(Refused, match="is published"):
            agreements.change(security_level="standard", **given)
        agreement.refresh_from_db()
        assert agreement.opened_by_two
        client = people.client_for(people.person(setting.lead_authority, Role.LEAD, is_staff=True))
        client.post(
            reverse("admin:lots_agreement_change", args=[agreement.pk]), {"security_level": "standard"}
        )
        agreement.refresh_from_db()
        assert agreement.opened_by_two
