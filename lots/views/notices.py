"""Notices on an agreement as everybody reads them, and following it by e-mail."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commissioning.people.models import User
from commissioning.web.context import address
from commissioning.web.forms import PortalForm
from commissioning.web.public_acts import ByLink, CheckEmail, PublicAct
from commissioning.web.views import Crumb, PublicDetailPage, PublicListPage, PublicPage, received_at
from lots import links, queries
from lots.forms.notices import Follow as FollowForm
from lots.models import Agreement, AgreementNotice, Follower
from lots.queries import notices
from lots.rules import ended
from lots.rules.notices import (
    refusal_to_change_event,
    refusal_to_follow,
    refusal_to_send_link,
    refusal_to_sign_up,
    sign_ups_are_kept,
    what_a_follower_misses,
)
from lots.services import following

from .base import may, public_crumbs


def notices_crumbs(agreement: Agreement) -> list[Crumb]:
    """Return the way to what stands on an agreement's list of notices."""
    url = reverse("notices", args=[agreement.reference])
    return [*public_crumbs(agreement), Crumb("Notices and events", url)]


class OfPublicAgreement(PublicPage):
    """A page about an agreement that anyone may read."""

    @property
    def agreement(self) -> Agreement:
        if not hasattr(self, "_agreement"):
            found = queries.agreements(self.request.user)
            self._agreement: Agreement = get_object_or_404(found, reference=self.kwargs["reference"])
        return self._agreement

    def get_caption(self) -> str:
        return self.agreement.title

    def crumbs(self) -> Sequence[Crumb]:
        return public_crumbs(self.agreement)


class NoticeList(OfPublicAgreement, PublicListPage):
    """Every notice on an agreement, the latest first."""

    template_name = "lots/notices.html"
    heading = "Notices and events"

    @property
    def empty(self) -> str:  # type: ignore[override]
        if ended.end_in_words(self.agreement, received_at(self.request)):
            return "No notice was published, and no event."
        return "Notices and events appear here, such as a meeting before the agreement opens again."

    def get_queryset(self) -> QuerySet[AgreementNotice]:
        return notices.notices(self.request.user).filter(agreement=self.agreement)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "agreement": self.agreement,
            "notify_url": notify_url(self.request, self.agreement),
        }


class NoticePage(PublicDetailPage):
    """One notice, with its event."""

    template_name = "lots/notice.html"
    context_name = "notice"
    object: AgreementNotice

    def get_object(self) -> AgreementNotice:
        found: AgreementNotice = get_object_or_404(
            notices.notices(self.request.user),
            reference=self.kwargs["notice"],
            agreement__reference=self.kwargs["reference"],
        )
        return found

    def get_caption(self) -> str:
        return self.object.agreement.title

    def crumbs(self) -> Sequence[Crumb]:
        return notices_crumbs(self.object.agreement)

    def get_context(self) -> dict[str, Any]:
        notice, user = self.object, self.request.user
        runs = may(self.request, "agreement.change_event", notice)
        now = received_at(self.request)
        own = notices.sign_up_of(notice, user.email) if isinstance(user, User) else None
        return super().get_context() | {
            "changes": list(notice.event_changes.all()),
            "refusal": refusal_to_sign_up(notice, notices.signed_up(notice).count(), now),
            "sends_link": refusal_to_send_link(notice, now) is None,
            "keeps_sign_ups": sign_ups_are_kept(notice, now),
            "is_signed_up": own is not None and own.confirmed_at is not None,
            "reads_sign_ups": notice.event_at and may(self.request, "agreement.read_sign_ups", notice),
            "changes_event": runs and refusal_to_change_event(notice, now) is None,
        }


class Follow(OfPublicAgreement, PublicAct):
    """Takes an address that wants to be told about an agreement; it counts once confirmed by a link."""

    template_name = "lots/follow.html"
    heading = "Follow this agreement by e-mail"
    form_class = FollowForm
    submit_label = "Send me a link"

    def get_form(self, **bound: Any) -> PortalForm:
        user = self.request.user
        return FollowForm(initial={"email": user.email if isinstance(user, User) else ""}, **bound)

    def perform(self, form: Any) -> str:
        came_from = getattr(self.request, "client_address", None) or ""
        following.follow(agreement=self.agreement, address=came_from, now=self.now, **form.cleaned_data)
        return reverse("follow-sent", args=[self.agreement.reference])

    def told(self) -> Sequence[str]:
        return [
            "You, by e-mail, with a link to confirm.",
            "Nobody else: who follows an agreement, and how many do, is shown to no authority.",
        ]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "agreement": self.agreement,
            "refusal": refusal_to_follow(self.agreement),
            "misses": what_a_follower_misses(self.agreement, self.now),
        }


class FollowSent(OfPublicAgreement, CheckEmail):
    """Says that a message was sent: the same for every address (settled 31)."""

    sentence = (
        "We have written to the address you gave, unless it follows this agreement already. Open the link in "
        "the message within two days. An address gets one such message a day."
    )

    def again_url(self) -> str:
        return reverse("follow", args=[self.agreement.reference])


class FollowByLink(ByLink):
    """A page opened by a link to a follower; opening it changes nothing, its button does."""

    template_name = "lots/follow_by_link.html"
    dead_url_name = "agreements"
    dead_action = "See the agreements"
    done = ""
    found: Follower

    def get_caption(self) -> str:
        return self.found.agreement.title

    def perform(self, form: Any) -> str:
        agreement = self.found.agreement
        self.act()
        return reverse(self.done, args=[agreement.reference])

    def act(self) -> None:
        """Do what the button says."""
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"agreement": self.found.agreement}


class ConfirmFollowing(FollowByLink):
    """Lets an address count as following."""

    kind = links.FOLLOW
    heading = "Confirm that you follow this agreement"
    submit_label = "Confirm"
    dead_sentence = "Its time is over, or the address follows the agreement no longer. Ask for another one."
    done = "follow-confirmed"

    def act(self) -> None:
        following.confirm(follower=self.found, now=self.now)

    def get_context(self) -> dict[str, Any]:
        waits = self.found.confirmed_at is None
        refusal = refusal_to_follow(self.found.agreement) if waits else None
        return super().get_context() | {"refusal": refusal}


class EndFollowing(FollowByLink):
    """Forgets an address."""

    kind = links.UNFOLLOW
    heading = "Stop following this agreement"
    submit_label = "Stop writing to me"
    dead_heading = "You do not follow this agreement"
    dead_sentence = "The address is deleted already: nothing more is sent to it."
    done = "follow-ended"

    def act(self) -> None:
        following.end(follower=self.found, now=self.now)


class Done(OfPublicAgreement):
    """Says what the button of a link has done."""

    template_name = "lots/follow_done.html"
    sentence = ""

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"sentence": self.sentence, "agreement": self.agreement}


class Confirmed(Done):
    heading = "You follow this agreement"
    sentence = (
        "You are told by e-mail of its notices and events, of windows that are announced, moved or cancelled,"
        " and of the answers to questions about them. Each message holds a link by which to stop it."
    )


class Ended(Done):
    heading = "You no longer follow this agreement"
    sentence = "Your address is deleted. Nothing more is sent to it, unless you ask again."


def notify_url(request: Any, agreement: Agreement) -> str:
    """Return the address at which this reader publishes a notice, or "" where they may not."""
    allowed = agreement.state == "published" and may(request, "agreement.notify", agreement)
    return address("notice-new", agreement.reference) if allowed else ""
