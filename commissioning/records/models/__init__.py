"""Tables of records: sealed content and its keys, documents, letters, messages."""

from .documents import Document
from .letters import Letter, LetterBatch
from .messages import Message, MessageTemplate
from .openings import OpeningProposal
from .outages import Heartbeat, Outage
from .sealing import Damage, DraftKey, FileScan, Round, SealedBlob, SigningKey, Wrap

__all__ = [
    "Damage",
    "Document",
    "DraftKey",
    "FileScan",
    "Heartbeat",
    "Letter",
    "LetterBatch",
    "Message",
    "MessageTemplate",
    "OpeningProposal",
    "Outage",
    "Round",
    "SealedBlob",
    "SigningKey",
    "Wrap",
]
