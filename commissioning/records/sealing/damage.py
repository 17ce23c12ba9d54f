"""Pieces that are not what was sealed: kept when they are found, named and told of once.

SECURITY: only pieces of opened rounds come here; before an opening nothing is read by which damage could be
found, so that nothing of it tells who applies (settled 18).
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from commissioning.audit.services import unit
from commissioning.records.models import Damage, Round, SealedBlob

from . import scans


def note(blobs: Iterable[SealedBlob], round: Round, *, now: datetime, at_opening: bool = False) -> None:
    """Keep that these pieces of an opened round are damaged, once; a file is given to nobody from now on."""
    found = list(blobs)
    with unit():
        for blob in found:
            Damage.objects.get_or_create(
                blob=blob, round=round, defaults={"found_at": now, "at_opening": at_opening}
            )
        scans.mark_damaged(found, now=now)


def found_in(rounds: Collection[Round]) -> list[Damage]:
    """Return the damage that was found in these rounds, in one query."""
    rows = Damage.objects.filter(round__in=rounds, round__opened_at__isnull=False)
    return list(rows.select_related("round", "blob").defer("blob__ciphertext").order_by("pk"))


def rounds_to_tell_of() -> list[Round]:
    """Return the rounds in which damage was found that nobody was told of yet."""
    return list(Round.objects.filter(damages__told_at=None, damages__isnull=False).distinct().order_by("pk"))


def take_untold(round: Round, *, now: datetime) -> set[int]:
    """Mark the round's untold damage as told now, and return its keys; within the caller's unit."""
    rows = Damage.objects.filter(round=round, told_at=None)
    # Of two sweeps at once only one gets a row.
    return {pk for pk in rows.values_list("pk", flat=True) if rows.filter(pk=pk).update(told_at=now)}
