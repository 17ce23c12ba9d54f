"""The editable table of bank holidays, as the value that the pure functions take."""

from commissioning.people.models import BankHoliday

from .working_days import Holidays, shipped_holidays


def holidays_in_force() -> Holidays:
    """Return the bank holidays as administrators keep them; services pass these on (settled 9).

    An empty table means that nobody has filled it yet: the shipped one then holds.
    """
    rows = list(BankHoliday.objects.values_list("division", "date", "name"))
    return Holidays.from_rows(rows) if rows else shipped_holidays()
