"""The demonstration's letters, printed by a process a core: one by one they take half of its loading time."""

from collections.abc import Iterable

from commissioning.records import pdf, presses
from commissioning.records.models import Letter
from commissioning.records.services import letters


def print_all(waiting: Iterable[int]) -> None:
    """Render these letters and keep their files, as `letters.render` does for one."""
    keys = list(waiting)
    printed = {letter.pk: presses.to_pdf(pdf.html(letter)) for letter in Letter.objects.filter(pk__in=keys)}
    for key in keys:
        letters.render(key, printer=lambda letter: printed[letter.pk].result())
