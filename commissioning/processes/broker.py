"""The embedded default's broker: Kombu's folder of messages, each appearing there whole or not at all.

Kombu's own writes a message under its final name, and a worker that looks in between stops over half of it;
it also takes messages up by way of the machine's folder for temporary files. Messages carry a primary key
only: the row of one that is lost is found by the next sweep.
"""

import uuid
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.transport.filesystem import Channel, Transport
from kombu.utils.json import dumps, loads


class WholeMessages(Channel):
    """A channel that puts messages down, and takes them up, by renaming them within their folder."""

    # Kombu's two bases call the message by different names.
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{monotonic_ns():020}_{uuid.uuid4()}"
        draft = Path(self.data_folder_out) / f"{name}.draft"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.replace(draft.with_name(f"{name}.{queue}.msg"))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for waiting in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = waiting.with_suffix(".taken")
            try:
                waiting.rename(taken)
            except FileNotFoundError:  # another thread was quicker
                continue
            text = taken.read_text(encoding="utf-8")
            taken.unlink()
            return loads(text)
        raise Empty


class FolderTransport(Transport):
    """Kombu's filesystem transport with whole messages."""

    Channel = WholeMessages
