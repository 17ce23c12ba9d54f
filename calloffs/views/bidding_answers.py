"""Writing a bid: the pages of any submission, saved by the services of bids."""

from collections.abc import Iterable, Mapping
from typing import Any

from calloffs.services import bids
from providers.models import AnswerVersion, SubmittedFile
from providers.queries.files import Confidential
from providers.views.autosaving import WritesIn
from providers.views.files import FileAbout, FilePage, LabelFile, ReplaceFile, WritesFiles
from providers.views.shared import PricesPage, StandardsPage
from providers.views.versions import VersionPage, VersionsPage
from providers.views.writing import QuestionPage

from .bidding_base import InBid


class WritesBid(InBid, WritesIn):
    """Saves in the bid."""

    action = "bid.write"

    def save_answers(
        self,
        values: Mapping[str, Any],
        based_on: Mapping[str, int],
        *,
        autosave: bool = False,
        earlier: Mapping[str, Any] | None = None,
    ) -> dict[str, AnswerVersion]:
        """Save several items of the bid, all or none."""
        return bids.save(
            bid=self.bid,
            values=values,
            based_on=based_on,
            autosave=autosave,
            earlier=earlier,
            actor=self.actor,
            now=self.now,
        )

    def save_question(
        self,
        item: str,
        text: str,
        based_on: int,
        *,
        add: Any,
        remove: SubmittedFile | None,
        earlier: Iterable[str],
    ) -> None:
        """Save a question's text, and add a file or take one out."""
        bids.save_question(
            bid=self.bid,
            item=item,
            text=text,
            based_on=based_on,
            add=add,
            remove=remove,
            earlier=earlier,
            actor=self.actor,
            now=self.now,
        )


class Question(QuestionPage, WritesBid):
    """One question of the bid."""


class Versions(VersionsPage, InBid):
    """The history of an answer of the bid."""


class Version(VersionPage, WritesBid):
    """One version of an answer of the bid."""


class StandardVersions(Versions):
    """The history of a declaration of the bid."""

    kind = "standard"


class StandardVersion(Version):
    """One version of a declaration of the bid."""

    kind = "standard"


class PriceVersions(Versions):
    """The history of a price of the bid."""

    kind = "price"


class PriceVersion(Version):
    """One version of a price of the bid."""

    kind = "price"


class Standards(StandardsPage, WritesBid):
    """The bid's declarations on the minimum standards."""


class Prices(PricesPage, WritesBid):
    """The bid's prices, sealed apart from its answers (settled 15)."""


class File(FilePage, InBid):
    """A file put to a question of the bid."""


class AboutFile(FileAbout, InBid):
    """How a file of the bid stands, with its earlier versions."""


class ChangesFile(InBid, WritesFiles):
    """Changes a file in the bid."""

    action = "bid.write"

    def replace_file(self, file: SubmittedFile, upload: Any) -> SubmittedFile:
        return bids.replace_file(bid=self.bid, file=file, upload=upload, actor=self.actor, now=self.now)

    def label_file(self, file: SubmittedFile, confidential: Confidential | None) -> SubmittedFile:
        return bids.label_file(
            bid=self.bid, file=file, confidential=confidential, actor=self.actor, now=self.now
        )


class Replace(ReplaceFile, ChangesFile):
    """Puts another file in a file's place."""


class Label(LabelFile, ChangesFile):
    """Says what is confidential about a file."""
