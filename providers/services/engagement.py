"""What an agreement's lead tells the people of providers: answers in a window, notices between windows."""

from collections.abc import Sequence
from datetime import datetime

from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.records.services import outbox
from lots import letters
from lots.models import Agreement, AgreementNotice, Window, WindowAnswer, WindowAnswerVersion, WindowQuestion
from lots.queries import notices as followed
from lots.services import notices, questions
from providers.queries import engagement as queries

from .notices import people_of


def answer(
    *,
    window: Window,
    together: Sequence[WindowQuestion],
    published_question: str,
    text: str,
    actor: User,
    now: datetime,
) -> WindowAnswerVersion:
    """Publish an answer and tell, at once: applicants, whoever asked, and whoever follows (rulebook B21).

    Raises Denied and Refused as `lots.services.questions.answer`.
    """
    with unit():
        made = questions.answer(
            window=window,
            questions=together,
            published_question=published_question,
            text=text,
            public_names=queries.public_names(window.agreement),
            actor=actor,
            now=now,
        )
        _tell(made, now)
    return made


def correct(
    *,
    answer: WindowAnswer,
    published_question: str,
    text: str,
    reason: str,
    actor: User,
    now: datetime,
) -> WindowAnswerVersion:
    """Correct a published answer, and tell the same people again.

    Raises Denied and Refused as `lots.services.questions.correct`.
    """
    with unit():
        made = questions.correct(
            answer=answer,
            published_question=published_question,
            text=text,
            reason=reason,
            public_names=queries.public_names(answer.window.agreement),
            actor=actor,
            now=now,
        )
        _tell(made, now)
    return made


def notify(
    *,
    agreement: Agreement,
    title: str,
    text: str,
    actor: User,
    now: datetime,
    event_at: datetime | None = None,
    place: str = "",
    link: str = "",
    sign_up_by: datetime | None = None,
    places: int | None = None,
) -> AgreementNotice:
    """Publish a notice, and tell members, past applicants and followers, each person once.

    Raises Denied and Refused as `lots.services.notices.publish`.
    """
    with unit():
        notice = notices.publish(
            agreement=agreement,
            title=title,
            text=text,
            event_at=event_at,
            place=place,
            link=link,
            sign_up_by=sign_up_by,
            places=places,
            actor=actor,
            now=now,
        )
        facts = letters.NoticePublished(**notices.facts_of(notice)).facts
        veil = followed.veil(agreement)
        organisations = queries.known_to(agreement)
        people = people_of(organisations)
        for organisation in organisations:
            for person in people.get(organisation.pk, []):
                outbox.queue(
                    kind=letters.NoticePublished.kind,
                    to=person,
                    key=notices.key_of(notice, person),
                    facts=facts,
                    now=now,
                    organisation=organisation,
                    about=agreement.reference,
                    chain=agreement.audit_chain,
                    veil=veil,
                )
        notices.tell_followers(notice, now=now)
    return notice


def _tell(version: WindowAnswerVersion, now: datetime) -> None:
    """Tell everybody who has started an application, then whoever asked or follows; veiled (settled 18)."""
    window = version.answer.window
    veil = window.veil
    facts = letters.AnswerPublished(**questions.facts_of(version)).facts
    started = [application.organisation for application in window.applications.select_related("organisation")]
    people = people_of(started)
    for organisation in started:
        for person in people.get(organisation.pk, []):
            outbox.queue(
                kind=letters.AnswerPublished.kind,
                to=person,
                key=questions.key_of(version, person),
                facts=facts,
                now=now,
                organisation=organisation,
                about=window.reference,
                chain=window.audit_chain,
                veil=veil,
            )
    questions.tell_askers_and_followers(version, now=now)
