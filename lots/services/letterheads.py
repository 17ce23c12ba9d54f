"""Who writes the letters of an agreement, and to whom."""

from commissioning.people.models import Organisation, User
from commissioning.records import letter_parts as parts
from lots.models import Agreement


def authority_block(agreement: Agreement, authority: Organisation) -> parts.AuthorityBlock:
    """Return who writes: the authority that runs it, for all authorities of the agreement."""
    places = agreement.current_authorities()
    others = (place.organisation.name for place in places if place.organisation_id != authority.pk)
    return parts.AuthorityBlock(
        name=authority.name,
        address=tuple(authority.address.splitlines()),
        email=agreement.support_contact,
        partners=tuple(others),
    )


def addressee(organisation: Organisation, name: str = "") -> parts.Addressee:
    """Return to whom the letter goes, where the organisation is found today, and as it is called.

    `name` is the one of another moment that the letter is about, such as that of its application.
    """
    address = tuple(organisation.address.splitlines())
    return parts.Addressee(name=name or organisation.name, address=address)


def signatory(user: User, authority: Organisation) -> parts.Signatory:
    """Return who signs for the authority, with the job title of today."""
    return parts.Signatory(name=user.name, job_title=user.job_title, authority=authority.name)
