"""Sealing: content that nobody can read before its recorded opening (settled 14-17, B-Reg22).

Plain functions, and the only readers and writers of the tables of keys and sealed content. Policy (who may
open, conflicts, panels, two people) is decided by those who call; that nothing is read early is decided
here. See `docs/sealing.md`.
"""

from commissioning.records.store import Damaged

from .blobs import add_round, discard, draft_key_for, seal, seal_file
from .damage import found_in, rounds_to_tell_of, take_untold
from .keys import SealingKeyWrong, sealing_key_problem
from .opening import Opening, open_prices, open_round
from .reading import (
    Fingerprint,
    StillSealed,
    fingerprint,
    fingerprints_at_close,
    read_all_as_provider,
    read_all_opened,
    read_as_provider,
    read_opened,
    scan_opened,
    stream_as_provider,
    stream_opened,
)
from .rotation import Rotation, rotate
from .rounds import create_round, opens_from, set_not_before
from .scans import FileState, HeldBack, state_of
from .scans import keep as keep_scan

__all__ = [
    "Damaged",
    "FileState",
    "Fingerprint",
    "HeldBack",
    "Opening",
    "Rotation",
    "SealingKeyWrong",
    "StillSealed",
    "add_round",
    "create_round",
    "discard",
    "draft_key_for",
    "fingerprint",
    "fingerprints_at_close",
    "found_in",
    "keep_scan",
    "open_prices",
    "open_round",
    "opens_from",
    "read_all_as_provider",
    "read_all_opened",
    "read_as_provider",
    "read_opened",
    "rotate",
    "rounds_to_tell_of",
    "scan_opened",
    "seal",
    "seal_file",
    "sealing_key_problem",
    "set_not_before",
    "state_of",
    "stream_as_provider",
    "stream_opened",
    "take_untold",
]
