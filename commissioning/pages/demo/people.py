"""Chapter one: the authorities, their people, and the providers with theirs."""

from datetime import datetime

from django.utils.text import slugify

from commissioning.accounts import rules
from commissioning.accounts.demo import PASSWORD
from commissioning.accounts.services import invitations, leaving, organisations, people, registration, roles
from commissioning.audit.services import unit
from commissioning.people.actors import System
from commissioning.people.models import Invitation, Membership, Organisation, RoleGrant, User
from commissioning.people.roles import SENSITIVE_ROLES, Role

from .stage import authority, facts, london, person

LOADER = System("demonstration")
BEGINNING = ("2020-10-05", "09:00")

AUTHORITIES = (
    ("PCC", "Peterborough City Council", "council", "Peterborough"),
    ("CCC", "Cambridgeshire County Council", "council", "Cambridgeshire"),
    ("CPCCG", "Cambridgeshire and Peterborough CCG", "nhs", "Cambridgeshire"),
)
SUCCESSOR = ("CPICB", "NHS Cambridgeshire and Peterborough ICB", "nhs", "Cambridgeshire")

# Address before `.example`, name, job title, roles. All invented.
PEOPLE = {
    "PCC": (
        ("admin@pcc", "Ruth Adeyemi", "Head of business systems", [Role.AUTHORITY_ADMIN]),
        ("second-admin@pcc", "Colin Frost", "Business systems officer", [Role.AUTHORITY_ADMIN]),
        ("lead@pcc", "Moira Kelly", "Procurement lead", [Role.LEAD]),
        ("release@pcc", "Tom Okafor", "Senior procurement officer", [Role.LEAD]),
        ("commissioner@pcc", "Nadia Rahman", "Commissioning manager", [Role.COMMISSIONER]),
        ("evaluator1@pcc", "Ana Pereira", "Occupational therapist", [Role.EVALUATOR]),
        ("lay@eip", "Cy Whitfield", "Lay evaluator, uses services", [Role.LAY_EVALUATOR]),
        ("moderator@pcc", "Dee Hollis", "Quality manager", [Role.MODERATOR]),
        ("board@pcc", "Grace Mbeki", "Assistant director, commissioning", [Role.BOARD_CHAIR]),
        ("deputy@pcc", "Alan Price", "Service manager", [Role.BOARD_MEMBER]),
        ("director@pcc", "Helen Stuart", "Executive director", [Role.DIRECTOR]),
        ("broker@pcc", "Priya Nair", "Broker", [Role.BROKER]),
        ("socialworker@pcc", "Sam Carter", "Social worker", [Role.SOCIAL_WORKER]),
        ("auditor@pcc", "Ian Muir", "Internal auditor", [Role.AUDITOR]),
    ),
    "CCC": (
        ("admin@ccc", "Judith Lane", "Systems manager", [Role.AUTHORITY_ADMIN]),
        ("second-admin@ccc", "Peter Doyle", "Systems officer", [Role.AUTHORITY_ADMIN]),
        ("lead@ccc", "Sarah Whittle", "Procurement lead", [Role.LEAD]),
        ("release@ccc", "Marcus Bell", "Procurement officer", [Role.LEAD]),
        ("commissioner@ccc", "Emma Lindqvist", "Commissioning manager", [Role.COMMISSIONER]),
        ("evaluator2@ccc", "Ben Achebe", "Team manager, adult social care", [Role.EVALUATOR]),
        ("board@ccc", "Louise Grant", "Head of commissioning", [Role.BOARD_MEMBER]),
        ("director@ccc", "Robert Hale", "Executive director", [Role.DIRECTOR]),
    ),
    "CPCCG": (
        ("admin@cpicb", "Yusuf Demir", "Corporate services manager", [Role.AUTHORITY_ADMIN]),
        ("second-admin@cpicb", "Carol Finch", "Corporate services officer", [Role.AUTHORITY_ADMIN]),
        ("evaluator3@cpicb", "Jo Marsden", "Community nurse lead", [Role.EVALUATOR]),
        ("board@cpicb", "Victor Osei", "Deputy director, integration", [Role.BOARD_MEMBER]),
    ),
    "CPICB": (
        ("evaluator3@cpicb", "Jo Marsden", "Community nurse lead", [Role.EVALUATOR]),
        ("board@cpicb", "Victor Osei", "Deputy director, integration", [Role.BOARD_MEMBER]),
        ("lead@cpicb", "Fiona Ross", "Procurement lead", [Role.LEAD]),
        ("release@cpicb", "Daniel Cho", "Procurement officer", [Role.LEAD]),
        ("commissioner@cpicb", "Amina Yusuf", "Commissioning manager", [Role.COMMISSIONER]),
        ("director@cpicb", "Kate Morrow", "Chief finance officer", [Role.DIRECTOR]),
    ),
}
# The twelve entries that were not admitted are known only by their number; these names are invented.
NOT_ADMITTED = (
    ("Fenland Doorstep Support (demo)", [1, 3, 4]),
    ("Nene Valley Homeward (demo)", [1, 2]),
    ("Ouse Bridge Care (demo)", [1, 3]),
    ("Granta Companions (demo)", [1, 4]),
    ("Soke Wellbeing Group (demo)", [1, 3]),
    ("Isleham Neighbours (demo)", [1]),
)
NHS_ADMINS = (("admin@cpicb", "Yusuf Demir"), ("second-admin@cpicb", "Carol Finch"))


def told() -> bool:
    """Return whether this chapter is in the database."""
    return Organisation.objects.filter(name=NOT_ADMITTED[-1][0]).exists()


def tell(*, now: datetime) -> None:
    """Set up the authorities and their people, then let each provider register."""
    at = london(*BEGINNING)
    administrator()
    for code, name, sector, place in AUTHORITIES:
        set_up_authority(code, name, sector, place, at)
    names = [row["provider"] for row in facts()["appointments"]]
    for name in [*names, *(name for name, _ in NOT_ADMITTED)]:
        register(name, at, is_invented=name not in names)
    editor = ("editor@p3-charity", "Ben Sutton", "Bid writer", [Role.PROVIDER_EDITOR])
    host = Organisation.objects.get(name="P3 Charity")
    join(host, editor, giver=person("bids@p3-charity"), at=at)


def administrator() -> User:
    """Return the portal's administrator, made if need be."""
    found = User.objects.filter(email="admin@portal.example").first()
    if found is None:
        at = london(*BEGINNING)
        found = people.make_administrator(
            email="admin@portal.example", name="Robin Portal", actor=LOADER, now=at
        )
        _set_password(found)
    return found


def set_up_authority(code: str, name: str, sector: str, place: str, at: datetime) -> Organisation:
    """Set up an authority with two administrators who confirm each other, then everybody else."""
    details = rules.Details(
        name=name, sector=sector, address=f"The Commissioning Office\n1 Example Street\n{place}\nPE0 0XX"
    )
    organisation = organisations.create_authority(
        details=details, code=code, actor=administrator(), now=at, is_demo=True
    )
    nhs = code in {"CPCCG", "CPICB"}
    first = NHS_ADMINS if nhs else tuple((row[0], row[1]) for row in PEOPLE[code][:2])
    invited = invitations.invite_first_admins(
        organisation=organisation,
        people=[(f"{address}.example", who) for address, who in first],
        actor=administrator(),
        now=at,
    )
    for invitation in invited:
        _accept(invitation, at)
    one, other = (person(address) for address, _ in first)
    for grant in RoleGrant.objects.filter(membership__organisation=organisation, confirmed_at=None):
        roles.confirm(grant=grant, actor=other if grant.membership.user_id == one.pk else one, now=at)
    for row in PEOPLE[code]:
        if row[0] not in {address for address, _ in first}:
            join(organisation, row, giver=person(first[0][0]), at=at, confirmer=person(first[1][0]))
    return organisation


def register(name: str, at: datetime, *, is_invented: bool) -> None:
    """Register a provider with its first administrator."""
    with unit():
        admin = registration.new_person(
            email=f"bids@{slugify(name)}.example",
            name=f"Bid writer of {name}"[:120],
            password=PASSWORD,
            now=at,
            job_title="Bid writer",
        )
        details = rules.Details(name=name, sector="charity", address="2 Example Row\nPeterborough\nPE0 0YY")
        organisations.register_provider(
            details=details, admin=admin, actor=admin, now=at, is_demo=is_invented
        )


def join(
    organisation: Organisation,
    row: tuple[str, str, str, list[Role]],
    *,
    giver: User,
    at: datetime,
    confirmer: User | None = None,
) -> None:
    """Let a person (address, name, job title, roles) join by an invitation, sensitive roles confirmed."""
    address, name, job_title, held = row
    invitation = invitations.invite(
        organisation=organisation,
        email=f"{address}.example",
        name=name,
        roles=held,
        actor=giver,
        now=at,
    )
    user = _accept(invitation, at)
    people.change_own(user=user, name=name, job_title=job_title, now=at)
    for grant in RoleGrant.objects.filter(
        membership__user=user,
        membership__organisation=organisation,
        confirmed_at=None,
        role__in=SENSITIVE_ROLES,
    ):
        if confirmer is not None:
            roles.confirm(grant=grant, actor=confirmer, now=at)


def _accept(invitation: Invitation, at: datetime) -> User:
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        return invitations.accept_as_newcomer(
            invitation=invitation, name=invitation.name, password=PASSWORD, now=at
        )
    invitations.accept(invitation=invitation, user=user, now=at)
    return user


def move_to_the_icb(at: datetime) -> None:
    """Let the people of the CCG leave it; those of the board and panels joined its successor before."""
    old = authority("CPCCG")
    admin = person(NHS_ADMINS[0][0])
    for membership in Membership.objects.filter(organisation=old, left_at=None).select_related("user"):
        if membership.user.email.removesuffix(".example") not in {row[0] for row in NHS_ADMINS}:
            leaving.end_membership(membership=membership, actor=admin, now=at)


def _set_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
