"""Regulation 22 before the opening: when it came, who reads it, who moves the date (R22-a to R22-c)."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning import celery
from commissioning.audit.models import AccessEntry, Event
from commissioning.pages.tasks import run_all
from commissioning.people.actors import System
from commissioning.policies import Denied
from commissioning.records import queries as records
from commissioning.records import sealing, trail
from commissioning.records.models import Message, SealedBlob
from commissioning.workflow import Refused
from lots.models import DeadlineChange
from providers.models import Application, Entry, Package
from providers.queries import evaluation, shown, submissions
from providers.services import applications, entries, openings
from tests import factories as people
from tests.addresses import body
from tests.pages import press
from tests.providers import factories as f
from tests.reg22 import ground as g

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    return g.prepare()


class TestR22aWhenItCame:
    @pytest.fixture
    def draft(self, at):
        writer = f.bid_writer()
        return f.fill(f.entry_of(f.application(by=writer)))

    def post(self, draft, **headers):
        url = reverse("entry-submit", args=[draft.application.reference, 1])
        parts = [draft.submission, draft.application.common]
        seen = shown.now(parts, draft.application.organisation.details_at(f.DEADLINE), of=draft.reference)
        client = people.client_for(f.writer_of(draft.application))
        return client.post(url, {"seen": seen.text}, headers=headers)

    def test_the_deadlines_own_microsecond_is_in_time_and_kept_to_it(self, draft, at):
        at(f.DEADLINE)
        assert self.post(draft).status_code == 302
        package = Package.objects.get()
        assert package.received_at == f.DEADLINE
        with connection.cursor() as cursor:
            cursor.execute("SELECT received_at FROM providers_package")
            assert "12:00:00" in str(cursor.fetchone()[0])

    def test_one_microsecond_later_is_late_on_this_database(self, draft, at):
        at(f.DEADLINE + MICROSECOND)
        assert self.post(draft).status_code == 422
        assert not Package.objects.exists()
        late = AccessEntry.objects.get()
        assert (late.what, late.at, late.address) == (
            "late attempt",
            f.DEADLINE + MICROSECOND,
            "127.0.0.1",
        )

    def test_the_last_microsecond_survives_the_database_and_is_on_the_receipt(self, draft, at):
        exact = f.DEADLINE - 87_655 * MICROSECOND
        at(exact)
        self.post(draft)
        package = Package.objects.get()
        assert package.received_at == exact
        receipt = applications.submissions.read_receipt(
            package=package, actor=f.writer_of(draft.application), now=exact
        )
        assert receipt.data["received_at"] == "2027-01-20T11:59:59.912345Z"
        assert receipt.data["received_in_london"].endswith("11:59:59.912345 London time")

    def test_what_a_browser_says_of_the_time_counts_for_nothing(self, draft, at):
        at(f.DEADLINE + MICROSECOND)
        early = f"t={f.NOW.timestamp():.6f}"
        assert (
            self.post(draft, x_request_start=early, date="Thu, 14 Jan 2027 14:02:11 GMT").status_code == 422
        )

    def test_a_slow_request_is_judged_by_its_beginning(self, draft, at):
        at(f.DEADLINE + timedelta(seconds=90))
        writer = f.writer_of(draft.application)
        entries.submit(entry=draft, actor=writer, now=f.DEADLINE)
        assert Package.objects.get().received_at == f.DEADLINE

    def test_two_a_microsecond_apart_are_parted_in_the_database_too(self, draft):
        window, late = draft.window_lot.window, f.DEADLINE + MICROSECOND
        entries.submit(entry=draft, actor=f.writer_of(draft.application), now=f.DEADLINE)
        other = f.fill(f.entry_of(f.application(window)))
        with pytest.raises(Refused, match=r"12:00:00\.000001"):
            entries.submit(entry=other, actor=f.writer_of(other.application), now=late)
        assert Package.objects.filter(received_at__lte=f.DEADLINE).count() == 1
        assert not Package.objects.filter(received_at__gte=late).exists()


class TestR22bNobodyReadsItBefore:
    def test_no_page_gives_anyone_the_content_or_the_name(self, ground):
        urls = [*ground.addresses(), *ground.authority_pages()]
        for role, who in ground.strangers.items():
            client = people.client_for(who)
            for url in urls:
                shown = body(client.get(url)).replace(url, "")
                # What is typed into a search stands in its box again.
                shown = re.sub(r'value="[^"]*"', "", shown)
                for secret in ground.secrets:
                    if secret == ground.application and "APP-" in url:
                        continue
                    if role == "former colleague" and secret in {g.NAME, g.WRITER}:
                        continue
                    assert secret not in shown, f"{role} sees {secret} at {url}"

    def test_its_own_people_find_it_at_the_same_addresses(self, ground):
        client = people.client_for(ground.writer)
        shown = "".join(body(client.get(url)) for url in ground.addresses())
        for secret in (*g.CONTENT, g.NAME, ground.application):
            assert secret in shown, secret

    def test_no_address_of_files_serves_the_store(self, ground):
        client = people.client_for(ground.strangers["every role, and administrator"])
        path = SealedBlob.objects.exclude(path="").first().path
        for start in ("/files/", "/media/", "/static/", "/documents/", "/"):
            assert client.get(f"{start}{path}").status_code == 404

    def test_the_administration_neither_lists_shows_searches_nor_keeps_a_history_of_it(self, ground):
        client = people.client_for(ground.strangers["administrator"])
        for model in admin.site._registry:
            hides = model._meta.app_label in {"providers", "records", "audit"}
            start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            listed = reverse(f"{start}_changelist")
            for word in (g.ANSWER, "Quillfeather", ground.application):
                found = body(client.get(f"{listed}?q={word}"))
                assert not (hides and "result_list" in found), f"{word} is found at {listed}"
            address = getattr(admin.site._registry[model], "address_field", "") or "pk"
            keys = [
                *model._default_manager.values_list("pk", flat=True)[:10],
                *model._default_manager.values_list(address, flat=True)[:10],
            ]
            for key in {key for key in keys if any(secret in str(key) for secret in ground.secrets)}:
                # Who types the reference of what is hidden is answered as by one that is nobody's.
                assert people.client_for(ground.strangers["administrator"]).get(
                    reverse(f"{start}_change", args=[key])
                ).headers["Location"] == reverse("admin:index")
                keys.remove(key)
            urls = [reverse(f"{start}_{page}", args=[pk]) for pk in keys for page in ("change", "history")]
            for url in [listed, *urls]:
                shown = body(client.get(url))
                for secret in ground.secrets if hides else g.CONTENT:
                    assert secret not in shown, url

    def test_no_queryset_of_any_role_finds_it(self, ground):
        for role, who in ground.strangers.items():
            if who is None:
                continue
            assert not Application.objects.visible_to(who).exists(), role
            assert not Entry.objects.visible_to(who).exists(), role
            chains = [ground.window.agreement.reference]
            seen = records.messages_visible_to(who, chains).exclude(recipient=who)
            assert not seen.exists(), role

    def test_no_function_reads_it_for_anyone_and_each_try_is_noted(self, ground):
        readers = [who for who in ground.strangers.values() if who is not None]
        entry = ground.entry
        for who in [*readers, System("a task")]:
            before = AccessEntry.objects.filter(outcome="refused").count()
            with pytest.raises(sealing.StillSealed):
                evaluation.read_for_evaluation(entry.submission, reader=who, now=f.DEADLINE)
            with pytest.raises(sealing.StillSealed):
                submissions.read_own(submission=entry.submission, actor=who, now=f.NOW)
            with pytest.raises(sealing.StillSealed):
                applications.submissions.read_receipt(
                    package=entry.submission.packages.get(), actor=who, now=f.NOW
                )
            assert AccessEntry.objects.filter(outcome="refused").count() == before + 3
        assert not AccessEntry.objects.filter(outcome="read").exists()

    def test_letters_and_messages_go_to_its_own_people_alone(self, ground, mailoutbox):
        run_all(now=f.NOW)
        told = Message.objects.filter(about=ground.application)
        assert told.exists()
        assert {message.recipient for message in told} == {ground.writer}
        assert all(message.veil == f.round_of(ground.entry).reference for message in told)
        for mail in mailoutbox:
            content = f"{mail.subject} {mail.body}"
            assert not any(secret in content for secret in g.CONTENT)
            if mail.to != [ground.writer.email]:
                assert not any(secret in content for secret in ground.secrets)

    def test_tasks_get_ids_alone_and_read_nothing(self, at, monkeypatch, caplog):
        caplog.set_level(logging.DEBUG)
        sent = []
        monkeypatch.setattr(celery.app, "send_task", lambda *args, **given: sent.append((args, given)))
        ground = g.prepare()
        for moment in (f.NOW, f.DEADLINE, f.AFTER):
            at(moment)
            run_all(now=moment)
        assert not any(secret in repr(sent) for secret in ground.secrets)
        assert not AccessEntry.objects.filter(outcome="read").exists()
        assert not any(secret in caplog.text for secret in ground.secrets)

    def test_logs_at_their_loudest_hold_neither_content_nor_name(self, ground, caplog):
        caplog.set_level(logging.DEBUG)
        client = people.client_for(ground.writer)
        url = reverse("entry-question", args=[ground.application, 1, "MS2"])
        client.post(url, {"text": g.ANSWER})
        press(client, reverse("entry-submit", args=[ground.application, 1]))
        client.get(url)
        logged = " ".join(
            record.getMessage() for record in caplog.records if record.name != "django.db.backends"
        )
        assert not any(secret in logged for secret in (*g.CONTENT, g.NAME, g.WRITER))

    def test_nothing_at_rest_holds_it_nor_a_salt(self, ground):
        traces = [secret.encode() for secret in g.CONTENT]
        traces += [form for salt in ground.salts() for form in (salt.encode(), bytes.fromhex(salt))]
        for place, held in g.everything_at_rest():
            for trace in traces:
                assert trace not in held, f"{trace!r} rests in {place}"

    def test_a_receipt_is_its_owners_and_shows_no_content(self, ground):
        urls = [url for url in ground.addresses() if "receipt" in url and "answers" not in url]
        for role, who in ground.strangers.items():
            client = people.client_for(who)
            assert {client.get(url).status_code for url in urls} == ({302} if who is None else {404}), role
        client = people.client_for(ground.writer)
        shown = "".join(body(client.get(url)) for url in urls)
        assert "sha256" in shown
        for secret in (g.ANSWER, g.DECLARED, g.IN_FILE.decode()):
            assert secret not in shown

    def test_the_record_hides_it_from_everyone_but_its_own(self, ground):
        entry = ground.entry
        for role in ("auditor", "lead", "every role, and administrator"):
            who = ground.strangers[role]
            for thing in (entry, entry.application.reference, entry.reference):
                assert not trail.events_for(thing, who).exists(), role
                assert not trail.accesses_for(thing, who).exists(), role
        assert trail.events_for(entry, ground.writer).exists()
        kept = Event.objects.filter(subject__startswith=ground.application)
        assert all(event.veil for event in kept)
        for event in Event.objects.filter(veil=""):
            if event.at == f.NOW and event.chain.name == ground.window.agreement.reference:
                assert not any(secret in event.payload for secret in ground.secrets)

    def test_an_error_in_the_middle_of_saving_reports_nothing_of_it(self, ground, monkeypatch, caplog):
        caplog.set_level(logging.DEBUG)
        monkeypatch.setattr("commissioning.records.sealing.blobs._saved", _broken)
        client = people.client_for(ground.writer, raise_request_exception=False)
        response = client.post(
            reverse("entry-question", args=[ground.application, 1, "MS1"]),
            {"text": f"{g.ANSWER} once more", "version": 2, "then": "stay"},
        )
        assert response.status_code == 500
        assert g.ANSWER not in response.content.decode()
        assert g.ANSWER not in caplog.text
        assert "boom" in caplog.text

    def test_pages_are_the_same_in_words_and_queries_however_many_apply(self, at):
        window = f.window()
        watching = people.person(window.agreement.lead, "lead", "auditor", "evaluator", "commissioner")
        pages = [f"/windows/{window.reference}/", "/home/", f"/record/{window.reference}/", "/exercises/"]
        pages += [f"/windows/{window.reference}/open/", f"/agreements/{window.agreement.reference}/"]

        def seen():
            found = {}
            for page in pages:
                client = people.client_for(watching)
                client.get(page)
                with CaptureQueriesContext(connection) as caught:
                    shown = client.get(page).content.decode()
                found[page] = (TOKEN.sub("", shown), len(caught))
            return found

        before = seen()
        f.submitted(window)
        f.fill(f.entry_of(f.application(window)))
        assert seen() == before


class TestR22cWhoMovesTheDate:
    LATER = f.DEADLINE + timedelta(days=7)
    TYPED = {
        "new_deadline_0": "27",
        "new_deadline_1": "1",
        "new_deadline_2": "2027",
        "new_deadline_3": "12:00",
        "reason": "Because.",
    }

    def test_no_page_moves_it_for_anybody_but_the_lead(self, ground):
        window = ground.window
        for role, who in ground.strangers.items():
            if role in {"lead", "every role, and administrator"}:
                continue
            client = people.client_for(who)
            for name in ("window-extend", "window-change", "window-announce", "window-cancel"):
                status = client.post(reverse(name, args=[window.reference]), self.TYPED).status_code
                assert status in {302, 401, 403, 404}, f"{role} at {name}: {status}"
        window.refresh_from_db()
        assert window.deadline == f.DEADLINE
        assert not DeadlineChange.objects.exists()

    def test_no_service_does_either(self, ground):
        for role, who in ground.strangers.items():
            if who is None or role in {"lead", "every role, and administrator"}:
                continue
            with pytest.raises(Denied):
                openings.extend(
                    window=ground.window, new_deadline=self.LATER, reason="x", actor=who, now=f.NOW
                )

    def test_the_administration_cannot_write_it(self, ground):
        client = people.client_for(ground.strangers["administrator"])
        url = reverse("admin:lots_window_change", args=[ground.window.reference])
        client.post(url, {"deadline_0": "2027-02-01", "deadline_1": "12:00"})
        ground.window.refresh_from_db()
        assert ground.window.deadline == f.DEADLINE

    def test_the_leads_change_keeps_who_when_old_new_and_why_and_moves_the_seal(self, ground):
        lead = ground.strangers["lead"]
        openings.extend(
            window=ground.window, new_deadline=self.LATER, reason="An outage.", actor=lead, now=f.NOW
        )
        kept, event = DeadlineChange.objects.get(), Event.objects.get(action="window.extend")
        assert (kept.old, kept.new, kept.changed_by, kept.changed_at) == (f.DEADLINE, self.LATER, lead, f.NOW)
        assert event.data["reason"] == kept.reason == "An outage."
        assert set(ground.window.lots.values_list("round__not_before", flat=True)) == {self.LATER}
        with pytest.raises(Refused):
            openings.open_entries(window=ground.window, actor=lead, now=f.AFTER)

    def test_it_is_never_moved_earlier_nor_after_it_has_passed(self, ground):
        lead = ground.strangers["lead"]
        for new, now in ((f.DEADLINE - timedelta(days=1), f.NOW), (self.LATER, f.AFTER)):
            with pytest.raises(Refused):
                openings.extend(window=ground.window, new_deadline=new, reason="x", actor=lead, now=now)


def _broken(*_args, **_given):
    raise RuntimeError("boom")
