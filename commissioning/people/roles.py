"""The roles a person may hold in an organisation, and which need a second person to confirm."""

from django.db.models import TextChoices


class Role(TextChoices):
    PROVIDER_ADMIN = "provider_admin", "Provider administrator"
    PROVIDER_EDITOR = "provider_editor", "Provider editor"
    COMMISSIONER = "commissioner", "Commissioner"
    LEAD = "lead", "Procurement lead"
    DIRECTOR = "director", "Director (award signatory)"
    AUTHORITY_ADMIN = "authority_admin", "Authority administrator"
    EVALUATOR = "evaluator", "Evaluator"
    LAY_EVALUATOR = "lay_evaluator", "Lay evaluator"
    MODERATOR = "moderator", "Moderator"
    BOARD_MEMBER = "board_member", "Board member"
    BOARD_CHAIR = "board_chair", "Board chair"
    AUDITOR = "auditor", "Auditor"
    BROKER = "broker", "Broker"
    SOCIAL_WORKER = "social_worker", "Social worker"


PROVIDER_ROLES = frozenset({Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR})
AUTHORITY_ROLES = frozenset(Role) - PROVIDER_ROLES

# These release, sign, open or moderate: one person gives them and another confirms (settled 26).
SENSITIVE_ROLES = frozenset(
    {Role.LEAD, Role.DIRECTOR, Role.MODERATOR, Role.BOARD_CHAIR, Role.AUTHORITY_ADMIN}
)

ADMINISTRATOR = "administrator"
SYSTEM = "system"
