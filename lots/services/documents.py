"""Verbs on an agreement's documents: add one, issue it anew, take it out (product 1)."""

from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.records.services import documents as files
from commissioning.records.uploads import Upload
from commissioning.workflow import Reason, Refused, lock
from lots.models import Agreement, AgreementDocument, DocumentIssue

from .checks import insist_it_goes_on, refuse_any

PUBLIC = AgreementDocument.Audience.PUBLIC


def add(
    *,
    agreement: Agreement,
    title: str,
    audience: str,
    issued_on: date,
    file: Any,
    actor: User,
    now: datetime,
) -> AgreementDocument:
    """Put a document on the agreement, and return it; a public one of a draft waits for its publication.

    Raises Denied, and Refused for a title that is taken, a date to come, or a file `records.uploads` refuses.
    """
    policies.require(actor, "agreement.change", agreement)
    # Before the unit, so that no lock is held while the file is scanned.
    checked = files.check(file=file, field="file")
    with unit():
        lock(agreement)
        policies.require(actor, "agreement.change", agreement)
        insist_it_goes_on(agreement, now)
        title = title.strip()
        problems = _date_refusals(issued_on, now)
        if agreement.documents.filter(title__iexact=title, taken_out_at=None).exists():
            problems.append(
                Reason(f"There is a document “{title}” already: issue that one anew.", field="title")
            )
        refuse_any(problems)
        made = AgreementDocument.objects.create(
            agreement=agreement, title=title, audience=audience, added_at=now
        )
        issue = _issue(made, 1, issued_on, file, checked, actor, now)
        record("agreement.add_document", made, actor=actor, at=now, after=_facts(issue))
    return made


def issue(
    *, document: AgreementDocument, issued_on: date, file: Any, actor: User, now: datetime
) -> DocumentIssue:
    """Issue a document anew under the next number; earlier issues stay. Raises as `add`."""
    policies.require(actor, "agreement.change", document)
    checked = files.check(file=file, field="file")
    with unit():
        lock(document)
        policies.require(actor, "agreement.change", document)
        insist_it_goes_on(document.agreement, now)
        _insist_on_standing(document)
        latest = document.issues.select_related("document").latest("number")
        problems = _date_refusals(issued_on, now)
        if issued_on < latest.issued_on:
            problems.append(
                Reason("An issue cannot be dated before the one that it replaces.", field="issued_on")
            )
        refuse_any(problems)
        made = _issue(
            document, latest.number + 1, issued_on, file, checked, actor, now, replaces=latest.document
        )
        record(
            "agreement.issue_document",
            document,
            actor=actor,
            at=now,
            before=_facts(latest),
            after=_facts(made),
        )
    return made


def take_out(*, document: AgreementDocument, reason: str, actor: User, now: datetime) -> None:
    """Take a document out with all its issues; the files are kept, and nobody is given them any more.

    Raises Denied, and Refused without a reason or where it is out already.
    """
    with unit():
        lock(document)
        policies.require(actor, "agreement.change", document)
        _insist_on_standing(document)
        if not reason.strip():
            raise Refused("Give the reason.", field="reason")
        document.taken_out_at, document.taken_out_by = now, actor
        document.taken_out_reason = reason.strip()
        document.save(update_fields=["taken_out_at", "taken_out_by", "taken_out_reason"])
        for one in document.issues.select_related("document").filter(document__is_public=True):
            files.set_public(
                document=one.document, is_public=False, actor=actor, now=now, audit_chain=document.audit_chain
            )
        record(
            "agreement.take_out_document",
            document,
            actor=actor,
            at=now,
            before={"title": document.title},
            reason=reason.strip(),
        )


def open_public_ones(*, agreement: Agreement, actor: User, now: datetime) -> None:
    """Let everybody have the public documents of an agreement that is being published, in its unit."""
    issues = DocumentIssue.objects.filter(
        of__agreement=agreement, of__audience=PUBLIC, of__taken_out_at=None, document__is_public=False
    )
    for one in issues.select_related("document").order_by("pk"):
        files.set_public(
            document=one.document, is_public=True, actor=actor, now=now, audit_chain=agreement.audit_chain
        )


def _issue(
    of: AgreementDocument,
    number: int,
    issued_on: date,
    file: Any,
    checked: Upload,
    actor: User,
    now: datetime,
    replaces: Any = None,
) -> DocumentIssue:
    kept = files.add(
        organisation=of.agreement.lead,
        title=of.title,
        file=file,
        # SECURITY: a draft is for its authorities alone, and so is what stands on it.
        is_public=of.audience == PUBLIC and of.agreement.state != "draft",
        replaces=replaces,
        audit_chain=of.audit_chain,
        field="file",
        checked=checked,
        actor=actor,
        now=now,
    )
    return DocumentIssue.objects.create(of=of, number=number, issued_on=issued_on, document=kept)


def _insist_on_standing(document: AgreementDocument) -> None:
    if document.taken_out_at is not None:
        raise Refused("This document was taken out.")


def _date_refusals(issued_on: date, now: datetime) -> list[Reason]:
    if issued_on > london_date(now):
        return [Reason("The day of issue cannot be later than today.", field="issued_on")]
    return []


def _facts(issue: DocumentIssue) -> dict[str, Any]:
    return {
        "title": issue.of.title,
        "audience": issue.of.audience,
        "issue": issue.number,
        "issued_on": issue.issued_on,
        "sha256": issue.document.sha256,
    }
