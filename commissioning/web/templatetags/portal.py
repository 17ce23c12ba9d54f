"""Filters and tags of every page: times, money, states, and the parts under `templates/components/`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join

from commissioning import policies
from commissioning.people.models import User
from commissioning.web import text
from commissioning.web.context import address
from commissioning.web.states import tone_of

register = template.Library()


@register.filter
def london(value: datetime | None, precision: str = "") -> str:
    """Show a moment: `{{ at|london }}`, `{{ at|london:"seconds" }}`."""
    return text.london(value, precision)


@register.filter
def day(value: date | None) -> str:
    """Show a day with its weekday."""
    return text.day(value)


@register.filter
def short_day(value: date | None) -> str:
    """Show a day without its weekday, for tables."""
    return text.day(value, weekday=False)


@register.filter
def month(value: date | None) -> str:
    """Show a month with its year."""
    return text.month(value)


@register.filter
def in_days(value: date | None, now: datetime) -> str:
    """Show how far off it is: `{{ closes_at|in_days:now }}`."""
    return text.in_days(value, now)


@register.filter
def money(value: Decimal | None, style: str = "") -> str:
    """Show pounds: `{{ value|money }}`, `{{ rate|money:"pence" }}`."""
    return text.money(value, style)


@register.filter
def percent(value: Decimal | Fraction | None) -> str:
    """Show an exact percentage, cut and marked after four places, never rounded."""
    return text.percent(value)


@register.filter
def moment(value: date) -> str:
    """Show a datetime as `london` does and a date as `day` does, for lists that hold both."""
    return text.london(value) if isinstance(value, datetime) else text.day(value)


@register.filter
def machine_value(value: date) -> str:
    """Return what a time element carries for machines."""
    return value.isoformat()


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return `mapping[key]`, or an empty text where there is none."""
    return mapping.get(key, "")


@register.inclusion_tag("components/tag.html", takes_context=True)
def state_tag(context: template.Context, obj: Any) -> dict[str, Any]:
    """Show where a thing stands, from its `state` and `state_label`.

    What time alone moves says by `state_at` where it stands now: no sweep may have written it down yet.
    """
    now, by_the_clock = context.get("now"), getattr(obj, "state_at", None)
    state = by_the_clock(now) if now and by_the_clock else obj.state
    label = obj.state_label if state == obj.state else obj.MACHINE.label(state)
    return {"text": label, "tone": tone_of(state)}


@register.filter
def tone(state: str) -> str:
    """Return the colour of a state's tag, for words of one's own: `{% tag words state|tone %}`."""
    return tone_of(state)


@register.inclusion_tag("components/tag.html", name="tag")
def tag_(text: str, tone: str = "grey") -> dict[str, Any]:
    """Show a tag in words: tone is a colour of `govuk-tag--…`."""
    return {"text": text, "tone": tone}


@register.inclusion_tag("components/when.html", takes_context=True)
def when(
    context: template.Context, label: str, value: date | None, *, missing: str = "", over: str = ""
) -> dict[str, Any]:
    """Show a date in words with how far off it is: `{% when "Closes" window.closes_at over="Closed" %}`.

    `over` is the label once a moment has passed.
    """
    is_over = isinstance(value, datetime) and context["now"] is not None and context["now"] > value
    return {
        "label": over if over and is_over else label,
        "value": value,
        "now": context["now"],
        "missing": missing,
    }


@register.inclusion_tag("components/record_link.html", takes_context=True)
def record_link(context: template.Context, thing: Any) -> dict[str, str]:
    """Show the way to the record of an agreement, window or call-off to those who may read it."""
    user = context["request"].user
    may = isinstance(user, User) and policies.may(user, "record.read", thing).allowed
    return {"url": address("record", thing.reference) if may else "", "reference": thing.reference}


@register.simple_tag
def dots(counted: Sequence[tuple[int, int]], chosen: int | None, label: str) -> str:
    """Show how often each number was given, the chosen one marked: `{% dots pairs 4 "A 4, B 3" %}`.

    Drawn here and not by a template: a grid has hundreds, most of them alike.
    """
    places = _places(tuple(counted), chosen)
    return format_html('<span class="portal-dots" role="img" aria-label="{}">{}</span>', label, places)


@lru_cache(maxsize=1024)
def _places(counted: tuple[tuple[int, int], ...], chosen: int | None) -> str:
    return format_html_join(
        "",
        '<span class="portal-dots__place{}{}"><span>{}</span><span>{}</span></span>',
        (
            (
                " portal-dots__place--some" if times else "",
                " portal-dots__place--agreed" if number == chosen else "",
                times or "·",
                number,
            )
            for number, times in counted
        ),
    )


@register.simple_tag
def percentage_of(part: int, whole: int) -> int:
    """Return the whole percentage done, rounded down, so that 100 means all."""
    return part * 100 // whole if whole else 0


@register.simple_tag(takes_context=True)
def page_link(context: template.Context, number: int) -> str:
    """Return the address of another page of this list with the filters kept."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def allowed(choices: Sequence[Any]) -> list[Any]:
    """Return the choices that can be taken now."""
    return [choice for choice in choices if choice.allowed]


@register.filter
def refused(choices: Sequence[Any]) -> list[Any]:
    """Return the choices that cannot be taken now, each with its reason."""
    return [choice for choice in choices if not choice.allowed]
