import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pikepdf
import pytest

from commissioning.records import presses
from tests import processes

STARTED = """
import sys
from commissioning.records import presses
presses.to_pdf('<html lang="en"><title>Ready</title></html>').result()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _no_press_is_left() -> Iterator[None]:
    yield
    presses.put_away()


def test_a_press_makes_the_pdf_that_this_process_would(tmp_path):
    made = tmp_path / "made.pdf"
    made.write_bytes(presses.to_pdf('<html lang="en"><title>A letter</title><p>Dear all</p></html>').result())
    with pikepdf.open(made) as pdf:
        assert str(pdf.docinfo["/Title"]) == "A letter"
        assert str(pdf.Root.Lang) == "en"


def test_no_press_outlives_whoever_started_it(tmp_path):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTED],
        cwd=processes.BASE_DIR,
        env=processes.variables(tmp_path, DJANGO_SETTINGS_MODULE="commissioning.settings"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"ready\n"
    family = processes.family(starter.pid)
    assert any("spawn_main" in command for command in family.values())
    os.kill(starter.pid, signal.SIGKILL)
    starter.communicate()
    processes.until(lambda: not any(map(processes.alive, family)), "the presses are gone", limit=15)
