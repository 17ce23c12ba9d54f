import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

TRANSPORT = "commissioning.processes.broker:FolderTransport"


@pytest.fixture
def broker(tmp_path):
    connections = []

    def connect() -> Connection:
        options = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out")}
        connections.append(
            Connection(
                hostname="localhost",
                transport=TRANSPORT,
                transport_options={**options, "control_folder": str(tmp_path / "control")},
            )
        )
        return connections[-1]

    yield connect
    for connection in connections:
        connection.release()


def messages(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_messages_are_taken_up_in_the_order_they_were_put_down_and_then_gone(broker, tmp_path):
    with broker().SimpleQueue("work") as queue:
        for number in range(3):
            queue.put({"number": number})
        assert len(messages(tmp_path)) == 3
        assert [queue.get(timeout=5).payload["number"] for _ in range(3)] == [0, 1, 2]
    assert messages(tmp_path) == []


def test_a_message_under_way_is_not_seen(broker, tmp_path):
    (tmp_path / "000_half.draft").write_text("{")
    channel = broker().channel()
    with pytest.raises(Empty):
        channel._get("work")


def test_each_message_is_taken_up_once_by_whoever_is_quickest(broker):
    putting = broker().channel()
    for number in range(40):
        putting._put("work", {"body": number})
    taken: list[int] = []

    def take() -> None:
        channel = broker().channel()
        while True:
            try:
                taken.append(channel._get("work")["body"])
            except Empty:
                return

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
