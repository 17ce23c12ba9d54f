"""The pages of this app by name, and what a browser would send to them."""

from typing import Any

from django.urls import reverse


def addresses(setting, scheme, window) -> dict[str, str]:
    ref, lot = setting.agreement.reference, setting.lot
    names = {
        "agreement": [ref],
        "agreement-setup": [ref],
        "agreement-change": [ref],
        "agreement-references": [ref],
        "agreement-reopening": [ref],
        "agreement-publish": [ref],
        "agreement-discard": [ref],
        "agreement-abandon": [ref],
        "agreement-extend": [ref],
        "authority-add": [ref],
        "authority-change": [ref, setting.partner.reference],
        "authority-governance": [ref, setting.partner.reference],
        "authority-remove": [ref, setting.partner.reference],
        "authority-succeed": [ref, setting.partner.reference],
        "board-change": [ref],
        "seat-add": [ref],
        "seat-end": [ref, setting.member.reference],
        "agreement-document-add": [ref],
        "lot-add": [ref],
        "lot": [ref, lot.number],
        "lot-change": [ref, lot.number],
        "lot-take-out": [ref, lot.number],
        "lot-points": [ref, lot.number],
        "lot-rates": [ref, lot.number],
        "lot-holds": [ref, lot.number],
        "lot-activate": [ref, lot.number],
        "lot-remove": [ref, lot.number],
        "scheme-new": [ref],
        "scheme": [scheme.reference],
        "scheme-change": [scheme.reference],
        "scheme-publish": [scheme.reference],
        "scheme-copy": [scheme.reference],
        "scheme-scale": [scheme.reference],
        "question-add": [scheme.reference],
        "question-change": [scheme.reference, "MS1"],
        "questions-take-out": [scheme.reference, "MS1"],
        "standard-add": [scheme.reference],
        "standard-change": [scheme.reference, "INS"],
        "standards-take-out": [scheme.reference, "INS"],
        "price-line-add": [scheme.reference],
        "window-new": [ref],
        "window": [window.reference],
        "window-change": [window.reference],
        "window-announce": [window.reference],
        "window-cancel": [window.reference],
    }
    return {name: reverse(name, args=args) for name, args in names.items()}


def filled(form_page, **values):
    """Return what a browser would post: the form's own values, with these in their place."""
    form = form_page.context["form"]
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if hasattr(field.widget, "decompress"):
            boxes = value if isinstance(value, list) else field.widget.decompress(value)
            names = [f"{name}{box}" for box in field.widget.widgets_names]
            data |= dict(zip(names, boxes, strict=True))
        elif value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = value
    return data | values


def send(client, url, **values):
    return client.post(url, filled(client.get(url), **values))


def boxes(name, day, time):
    return {
        f"{name}_day": str(day.day),
        f"{name}_month": str(day.month),
        f"{name}_year": str(day.year),
        f"{name}_time": time,
    }
