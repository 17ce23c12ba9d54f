"""What a paper on a call-off says, and what has changed in the call-off since it was put to the board."""

from typing import Any

from calloffs.models import CallOff, CallOffPaper
from commissioning.audit.hashing import plain
from commissioning.board import queries as board
from commissioning.board.models import Paper

from .calloffs import pool_size


def paper_facts(calloff: CallOff) -> dict[str, Any]:
    """Return all that a member needs on page one of the paper, as it stands now."""
    return {
        "agreement": f"{calloff.agreement.title} ({calloff.agreement.reference})",
        "contact": calloff.agreement.support_contact,
        "calloff": calloff.reference,
        "title": calloff.title,
        "also_known_as": calloff.also_known_as,
        "need": calloff.need,
        "lot": str(calloff.lot),
        "lead": calloff.authority.name,
        "shares": [
            {"authority": share.organisation.name, "amount": share.amount}
            for share in calloff.shares.select_related("organisation")
        ],
        "value": calloff.value,
        "starts_on": calloff.starts_on,
        "ends_on": calloff.ends_on,
        "option_months": calloff.option_months,
        "funding": calloff.get_funding_display(),
        "contract_form": calloff.get_contract_form_display(),
        "specification": {
            "title": calloff.specification.title,
            "reference": calloff.specification.reference,
            "file_name": calloff.specification.file_name,
            "sha256": calloff.specification.sha256,
        }
        if calloff.specification
        else None,
        "coproduction": calloff.coproduction,
        "impact_assessments": calloff.impact_assessments,
        "tupe": calloff.tupe,
        "pool": pool_size(calloff),
        "cases": {
            "integrated": calloff.case_integrated,
            "duplication": calloff.case_duplication,
            "fit": calloff.case_fit,
            "pool": calloff.case_pool,
        },
    }


def link_of(paper: Paper) -> CallOffPaper | None:
    """Return the link from a paper to the call-off it is on."""
    links = CallOffPaper.objects.select_related(
        "calloff__agreement", "calloff__lot__agreement", "calloff__authority", "calloff__specification"
    )
    return links.filter(paper=paper).first()


def changed_since(paper: Paper) -> list[dict[str, str]]:
    """Return what the call-off says now otherwise than the paper, in words: what, then, now.

    The pool is left out: who is in it changes by itself, and the paper says how many it was then.
    """
    link = link_of(paper)
    if link is None:
        return []
    now = plain(paper_facts(link.calloff) | {"pool": paper.facts["pool"]})
    said, says = dict(board.wording(paper.facts)), dict(board.wording(now))
    changed = [what for what in {**said, **says} if said.get(what, "") != says.get(what, "")]
    return [{"what": what, "then": said.get(what, ""), "now": says.get(what, "")} for what in changed]
