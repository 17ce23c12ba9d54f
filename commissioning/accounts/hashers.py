"""How a demonstration keeps its passwords; a portal of one's own keeps Django's dearer default."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    """Argon2id at the least that is still advised for live use: 19 MiB, two rounds, one thread.

    A demonstration makes some sixty people at its first start, all with the password on its sign-in page.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
