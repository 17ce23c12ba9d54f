"""Whether a PDF needs a password to be opened, asked of a process of its own.

A PDF may be made to keep its reader busy, or to fill the memory. So it is read by a child that has a few
seconds, bounded memory, no key and no setting; what that cannot tell counts as not locked.
"""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

MARK: Final = b"/Encrypt"
SECONDS: Final = 10
CHILD_SECONDS: Final = 5
CHILD_MEMORY: Final = 1024 * 2**20
LOCKED: Final = 10
# What a process needs to start at all; the sealing key is in the environment too, and stays there.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")

log = logging.getLogger("portal.uploads")


def needs_password(content: bytes) -> bool:
    """Return whether nobody can open this PDF without a password.

    It is looked at only where it holds the mark of a lock. One that is merely restricted (against printing,
    say) opens without, and is not locked. False too for what is too broken, too slow or too large to tell.
    """
    if MARK not in content:
        return False
    try:
        answer = subprocess.run(  # noqa: S603 - this very file
            [sys.executable, "-I", str(Path(__file__).resolve())],
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            timeout=SECONDS,
            check=False,
        ).returncode
    except (OSError, subprocess.SubprocessError):
        log.warning("a PDF with a lock could not be looked at in time; it was taken")
        return False
    return answer == LOCKED


def _bound() -> None:
    try:
        import resource
    except ImportError:  # a system without such limits still has the parent's clock
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))


def _is_locked(stream: Any) -> bool:
    from io import BytesIO

    from pypdf import PasswordType, PdfReader

    # It tries the empty password by itself; asked again, it says whether that opened it.
    reader = PdfReader(BytesIO(stream.read()))
    return reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED


if __name__ == "__main__":
    _bound()
    sys.exit(LOCKED if _is_locked(sys.stdin.buffer) else 0)
