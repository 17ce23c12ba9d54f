"""A provider's way in: asked for by a stranger, kept apart, and real once the e-mail address is confirmed."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from commissioning.accounts import letters, queries, rules
from commissioning.accounts.services import passwords
from commissioning.accounts.services.organisations import register_provider
from commissioning.audit.services import record, unit
from commissioning.people.models import Organisation, Registration, User
from commissioning.workflow import Refused


def register(
    *,
    details: rules.Details,
    name: str,
    email: str,
    now: datetime,
    job_title: str = "",
) -> None:
    """Take up a registration and write to the address; the page's answer is always the same (settled 31).

    What is in the message depends on what is known: a link to confirm, that the person has an account, or
    that the organisation is registered (its administrators are then told who tried). An address is sent
    at most three links a day. It is no event of the record: a stranger is nobody yet.
    """
    email = rules.email_address(email)
    with unit():
        known = queries.person(email)
        same = queries.duplicates_of(details, kind=Organisation.Kind.PROVIDER).first()
        if known:
            letters.account_exists(known, details.name, now=now)
        elif same:
            letters.organisation_exists(email, details.name, now=now)
            admins = queries.admins(same)
            letters.registration_attempt(admins, same, name=name, email=email, now=now)
        elif _asked_today(email, now) < rules.REGISTRATIONS_A_DAY:
            registration = Registration.objects.create(
                email=email,
                name=name.strip(),
                job_title=job_title.strip(),
                organisation=asdict(details),
                asked_at=now,
                expires_at=now + rules.REGISTRATION_LASTS,
            )
            letters.confirm_email(registration, now=now)


def confirm(*, registration: Registration, password: str, now: datetime) -> User:
    """Make the person and the organisation of a registration, once; return the person, who may sign in now.

    Raises Refused when it has run out, when meanwhile the address or the organisation is there already, or
    for a password that is too weak.
    """
    with unit():
        kept = Registration.objects.select_for_update().filter(pk=registration.pk).first()
        if kept is None or kept.expires_at <= now:
            raise Refused("This registration has run out or was confirmed before.")
        if queries.person(kept.email):
            raise Refused("This e-mail address has an account now: sign in instead.")
        details = rules.Details(**kept.organisation)
        user = new_person(
            email=kept.email,
            name=kept.name,
            job_title=kept.job_title,
            password=password,
            now=now,
            organisation=details.name,
        )
        provider = register_provider(details=details, admin=user, actor=user, now=now)
        record("registration.confirm", kept, actor=user, at=now, organisation=provider.reference)
        # Its personal data is on the account now; the record keeps that there was one.
        kept.delete()
    return user


def new_person(
    *,
    email: str,
    name: str,
    password: str,
    now: datetime,
    job_title: str = "",
    organisation: str = "",
) -> User:
    """Return a saved person whose address was proved by a link; runs inside a unit.

    `organisation` is the name of the one they join. Raises Refused for a password that is too weak and for an
    address that has an account.
    """
    user = User(
        email=rules.email_address(email),
        name=name.strip(),
        job_title=job_title.strip(),
        email_confirmed_at=now,
        created_at=now,
    )
    passwords.refuse_weak(password, user, organisation=organisation)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused("This e-mail address has an account: sign in instead.") from None
    record("person.create", user, actor=user, at=now)
    return user


def forget_expired(*, now: datetime) -> int:
    """Remove the registrations that nobody confirmed in time; return how many."""
    with unit():
        expired = Registration.objects.filter(expires_at__lte=now)
        return expired.delete()[0]


def _asked_today(email: str, now: datetime) -> int:
    return Registration.objects.filter(email=email, asked_at__gt=now - timedelta(days=1)).count()
