"""Checking and submitting any submission, withdrawing it, and its receipts."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning.accounts import sessions
from commissioning.records import receipts as paper
from commissioning.records.downloads import send_bytes_as_attachment
from commissioning.web.forms import upper_first
from commissioning.web.text import london
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, PageView
from commissioning.workflow import Reason
from providers.models import Package
from providers.queries import details, fates, items, shown
from providers.queries import submissions as queries
from providers.queries.items import Declared
from providers.queries.parts import Part
from providers.queries.shown import Shown
from providers.queries.submissions import Own
from providers.services import submissions
from providers.services.shown import NotAsShown

from .closed import Closed
from .submission import OfSubmission

SEALED = (
    "Nobody else: not the authorities, and not other providers. Until the recorded opening after the "
    "deadline nobody can read it, or see that you {act}."
)


class Showing(OfSubmission):
    """A page that shows what was written, as summary lists, to the writers' own eyes."""

    def sections(self, *, change: bool = False, package: Package | None = None) -> list[dict[str, Any]]:
        """Return the drafts that go in together, or what a package holds of each."""
        written = []
        for title, part in self.together():
            held = self._read(part, package)
            said = self.beside(part, held) if package is None else {}
            rows = [self._row(part, own, change) | {"beside": said.get(own.item.code, "")} for own in held]
            written.append({"title": title, "rows": rows})
        found = self.details() if package is None else package.details
        url = self.details_url() if change else ""
        told = [
            {"title": row["key"], "text": row["value"] or "Not given", "is_complete": True, "url": url}
            for row in details.in_words(found)
        ]
        return [*([{"title": details.LABEL, "rows": told}] if told else []), *written]

    def beside(self, part: Part, written: Sequence[Own]) -> Mapping[str, str]:
        """Return what is told beside the draft's answers, by the item's code."""
        return {}

    def details(self) -> dict[str, Any]:
        """Return the organisation's details that go in."""
        return self.provider().details_at(self.deadline())

    def _read(self, part: Part, package: Package | None) -> list[Own]:
        if package is None:
            return queries.read_own(submission=part.submission, actor=self.actor, now=self.now)
        return queries.read_package(
            package=package, submission=part.submission, actor=self.actor, now=self.now
        )

    def _row(self, part: Part, own: Own, change: bool) -> dict[str, Any]:
        shown, beyond = own.parts
        declared = own.value if isinstance(own.value, Declared) else None
        return {
            "title": own.item.title,
            "declared": {"yes": "Yes", "no": "No"}.get(declared.answer, "") if declared else "",
            "text": shown if own.item.kind == "question" else items.in_words(own.item, declared or own.value),
            "beyond": beyond.strip(),
            "over": own.over,
            "words": own.words if own.item.word_limit else None,
            "limit": own.item.word_limit,
            "is_complete": own.is_complete,
            "is_carried": bool(own.version and own.version.carried_from_id),
            "files": [
                {
                    "name": file.name,
                    "size": file.size,
                    "is_carried": bool(file.row.carried_from_id),
                    "url": self.url_of(part, "file", own.item.code, file.number),
                    "about": self.url_of(part, "file-about", own.item.code, file.number),
                    "confidential": file.confidential,
                    "state": file.state,
                }
                for file in own.files
            ],
            "url": self.item_url(part, own.item) if change else "",
        }


class SubmitPage(Closed, Showing, ActionView):
    """Check your answers, and submit them; once it is too late, what is in and what is not."""

    template_name = "providers/submit.html"

    @property
    def seen(self) -> Shown:
        """What the page showed whose button was pressed; not whole where the form does not say it."""
        return Shown.read(self.request.POST.get("seen", ""))

    def send(self) -> Package:
        """Submit what was seen."""
        raise NotImplementedError

    def perform(self, form: Any) -> Package:
        try:
            return self.send()
        except NotAsShown:
            # The page is drawn anew, from what stands now.
            for name in ("board", "part", "own_bid"):
                self.__dict__.pop(name, None)
            raise

    def not_done_yet(self) -> str:
        try:
            closes = f" The deadline is {signing.loads(self.request.POST.get('seen_deadline', ''))}:"
            closes += " what counts is when you send this page."
        except signing.BadSignature:
            closes = ""
        return (
            f"Your {self.words.whole} is not submitted yet. It is submitted once you have signed in here and "
            f"read its receipt.{closes}"
        )

    def prepare(self) -> None:
        super().prepare()
        again = " again" if self.part.package else ""
        self.submit_label = f"Submit {self.whole_name()}{again}"

    def get_heading(self) -> str:
        if self.is_closed():
            is_in = self.part.package is not None and not self.stopped()
            came = "what went in" if is_in else "what became of it"
            return f"{upper_first(self.whole_name())}: {came}"
        return f"Check and submit {self.whole_name()}"

    def get_caption(self) -> str:
        return self.part_name()

    def instead(self) -> list[Reason]:
        """Return what whoever is late may do instead."""
        return []

    def blockers(self) -> list[Reason]:
        if late := super().blockers():
            return [*late, *self.instead()]
        return [
            Reason(f"“{item.title}” is not complete.", link=self.item_url(part, item))
            for _, part in self.together()
            for item in part.missing
        ]

    def get_success_url(self, result: Package) -> str:
        return self.part_url("receipt", result.number)

    def in_order(self) -> list[Part]:
        """Return the parts in the order in which a package takes them: the page's own comes first."""
        return [self.part, *(part for _, part in self.together() if part is not self.part)]

    def told(self) -> Sequence[str]:
        return [
            "Everybody who writes for your organisation, by e-mail, with the reference of the receipt.",
            SEALED.format(act=self.words.act),
        ]

    def get_context(self) -> dict[str, Any]:
        if self.is_closed():
            return super().get_context() | self.closed_context()
        # Before the texts are read: what is saved in between is not taken for seen.
        drafts = [part.submission for part in self.in_order()]
        seen = shown.now(drafts, self.details(), of=self.own_reference())
        return super().get_context() | {
            "part": self.part,
            "seen": seen.text,
            "seen_deadline": "" if self.has_no_deadline() else signing.dumps(london(self.deadline())),
            "sections": self.sections(change=True),
            "package": self.part.package,
            "proves_again": self.asks_again(),
            "second_factor": self.actor.has_second_factor,
            "proof_minutes": sessions.proof_minutes(),
        }


class WithdrawPage(OfSubmission, ActionView):
    """Takes back what was submitted, until the deadline."""

    template_name = "providers/withdraw.html"
    warning = True

    @property
    def number(self) -> int | None:
        """The number of the package whose page was shown; None where that is not said (the page says it)."""
        carried = self.request.POST.get("number", "")
        return int(carried) if re.fullmatch(r"[0-9]{1,6}", carried) else None

    def prepare(self) -> None:
        super().prepare()
        self.submit_label = f"Withdraw this {self.words.whole}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if self.stateful().state == "withdrawn":
            # A second press of the button ends where the first did.
            return self.done(None)
        return super().post(request, *args, **kwargs)

    def get_heading(self) -> str:
        return f"Withdraw {self.whole_name()}"

    def get_caption(self) -> str:
        return self.part_name()

    def blockers(self) -> list[Reason]:
        if closed := super().blockers():
            return closed
        stateful = self.stateful()
        found: list[Reason] = stateful.MACHINE.refusals(stateful, "withdraw", actor=self.actor, now=self.now)
        return found

    def get_success_message(self, result: Any) -> str:
        return f"{upper_first(self.whole_name())} has been withdrawn. The draft is kept."

    def get_success_url(self, result: Any) -> str:
        return self.home_url()

    def told(self) -> Sequence[str]:
        return ["Everybody who writes for your organisation, by e-mail.", "Nobody else."]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"part": self.part}


class OfPackage(Closed):
    """A page about one package of the submission, found among the viewer's own."""

    page_of_another = "receipt"

    @cached_property
    def package(self) -> Package:
        found = queries.package_of(self.part.submission, self.kwargs["package"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def fate(self) -> fates.Fate:
        return fates.of(self.package, self.own_reference())

    def fate_context(self) -> dict[str, Any]:
        """Return what became of the package, with the same page of the next one and of what stands."""
        return {"fate": self.fate} | {
            name: self.part_url(self.page_of_another, other.number) if other else ""
            for name, other in (("after_url", self.fate.after), ("standing_url", self.fate.standing))
        }

    @cached_property
    def receipt(self) -> paper.Receipt:
        return submissions.read_receipt(package=self.package, actor=self.actor, now=self.now)

    def receipt_name(self) -> str:
        number = self.package.number
        return f"Receipt for {self.whole_name()}{f', number {number}' if number > 1 else ''}"

    def file_name(self, kind: str) -> str:
        return f"receipt-{self.file_stem()}-{self.package.number}.{kind}"


class ReceiptPage(OfPackage, DetailPage):
    """The receipt of what was submitted, and what happens next."""

    template_name = "providers/receipt.html"

    def get_heading(self) -> str:
        return self.receipt_name()

    def get_context(self) -> dict[str, Any]:
        data = self.receipt.data
        return (super().get_context() | self.fate_context() | self.next_steps()) | {
            "about": self.about(),
            "submitted_title": f"{upper_first(self.whole_name().removeprefix('your '))} submitted",
            "package": self.package,
            "stands": self.fate.stands,
            "never_came": self.ended_early(),
            "verify_url": reverse("verify"),
            "standing": paper.standing_moments(data),
            "receipt": {
                "reference": data["reference"],
                "number": self.package.number,
                "received_at": self.package.received_at,
                "received_utc": data["received_at"],
                "parts": [{"name": _line_name(line), "digest": line["sha256"]} for line in data["lines"]],
                "signature": data["signature"],
                "json_url": self.part_url("receipt-json", self.package.number),
                "pdf_url": self.part_url("receipt-pdf", self.package.number),
            },
            "answers_url": self.part_url("sent", self.package.number),
        }


class ReceiptJsonPage(OfPackage, FindsObject, PageView):
    """The receipt as the signed file that proves itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return send_bytes_as_attachment(self.receipt.text, self.file_name("json"), "application/json")


class ReceiptPdfPage(OfPackage, FindsObject, PageView):
    """The same receipt on paper."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return send_bytes_as_attachment(paper.as_pdf(self.receipt), self.file_name("pdf"), "application/pdf")


class SentPage(Showing, OfPackage, DetailPage):
    """What was submitted, word for word, as it was fixed then."""

    template_name = "providers/sent.html"
    page_of_another = "sent"

    def get_heading(self) -> str:
        return f"What you submitted for {self.whole_name()}"

    def get_caption(self) -> str:
        return f"Number {self.package.number}, received {london(self.package.received_at, 'seconds')}"

    def crumbs(self) -> list[Crumb]:
        receipt = self.part_url("receipt", self.package.number)
        return [*super().crumbs(), Crumb(self.receipt_name(), receipt)]

    def _row(self, part: Part, own: Own, change: bool) -> dict[str, Any]:
        places = {one.submission.pk: place for place, (_, one) in enumerate(self.together(), start=1)}
        place = [self.package.number, places[part.submission.pk], own.item.code]
        exact_url = self.part_url("sent-exact", *place) if own.version else ""
        return super()._row(part, own, change) | {"exact_url": exact_url}

    def get_context(self) -> dict[str, Any]:
        found = self.package.details
        return (
            super().get_context()
            | self.fate_context()
            | {
                "stated": None,
                "sections": self.sections(package=self.package),
                "details_url": self.part_url("sent-exact", self.package.number, *details.PLACE)
                if found
                else "",
                "details_label": details.LABEL,
                "verify_url": reverse("verify"),
            }
        )


class ExactPage(OfPackage, FindsObject, PageView):
    """One line of what was submitted, to the byte, to be compared with the receipt (settled 17).

    `section` is the place of its part among those that went in together.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        exact = self.exact(self.kwargs["section"], self.kwargs["code"])
        if exact is None:
            raise Http404
        name = f"received-{self.file_stem()}-{self.package.number}-{self.kwargs['code']}.txt"
        return send_bytes_as_attachment(exact, name, "text/plain")

    def exact(self, section: int, code: str) -> bytes | None:
        """Return the bytes of a line, or None where there is none of this place."""
        if (section, code) == details.PLACE:
            return details.as_sealed(self.package.details).encode() if self.package.details else None
        part = dict(enumerate((part for _, part in self.together()), start=1)).get(section)
        if part is None:
            return None
        return queries.read_exact(
            package=self.package, submission=part.submission, code=code, actor=self.actor, now=self.now
        )


def _line_name(line: dict[str, Any]) -> str:
    return f"{line['label']}: {line['name']}" if line.get("name") else str(line["label"])
