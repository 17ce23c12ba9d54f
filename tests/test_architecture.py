"""Holds the import order: top level, inside each app, and the few habits a machine can see.

Each failure names the offending line.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Bottom first: a row may import what stands before it, and its own.
ROWS = (
    ("commissioning.settings", "commissioning.celery"),
    ("commissioning.processes",),
    ("commissioning.people",),
    ("commissioning.audit",),
    ("commissioning.regimes", "commissioning.clock"),
    ("commissioning.policies",),
    ("commissioning.workflow",),
    ("commissioning.records",),
    ("commissioning.accounts",),
    ("commissioning.web",),
    ("commissioning.board",),
    ("lots",),
    ("providers",),
    ("evaluation",),
    ("calloffs",),
    ("commissioning.pages", "commissioning.urls", "commissioning.wsgi"),
)
HEIGHT = {package: height for height, row in enumerate(ROWS) for package in row}

# Inside an app each module uses only what is left of it.
MODULES = (
    ("rules",),
    ("workflow",),
    ("models",),
    ("queries",),
    ("letters",),
    ("services",),
    ("forms", "tasks", "admin"),
    ("views",),
    ("urls",),
)
PLACE = {module: place for place, group in enumerate(MODULES) for module in group}
APPS = (
    "commissioning.people",
    "commissioning.audit",
    "commissioning.records",
    "commissioning.accounts",
    "commissioning.board",
    "commissioning.pages",
    "lots",
    "providers",
    "evaluation",
    "calloffs",
)
TOP = {"commissioning", "lots", "providers", "evaluation", "calloffs"}
LONGEST = 420
CLOCK_READERS = re.compile(
    r"timezone\.(now|localdate|localtime)\(|datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\("
)


@dataclass(frozen=True)
class Import:
    """One import of one of our modules by another."""

    file: str
    line: int
    text: str
    importer: str
    imported: str
    for_types_only: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def modules() -> Iterator[tuple[str, Path]]:
    """Yield each module of ours by its dotted name, migrations left out."""
    for top in sorted(TOP):
        for path in sorted((ROOT / top).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts:
                parts = relative.with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_of(name: str, path: Path) -> Iterator[Import]:
    """Yield what a module imports of ours, also inside functions and for types alone."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    typed = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        for imported in _imported(node, package):
            if imported.split(".")[0] in TOP:
                yield Import(
                    file=str(path.relative_to(ROOT)),
                    line=node.lineno,
                    text=lines[node.lineno - 1].strip(),
                    importer=name,
                    imported=imported,
                    for_types_only=id(node) in typed,
                )


def _imported(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = package.split(".")
            above = ".".join(parts[: len(parts) - node.level + 1])
            base = f"{above}.{base}" if base else above
        # `from lots import services` names a module, `from lots.services import open` a function in one.
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def home(module: str) -> str | None:
    """Return the row's package that a module is part of."""
    parts = module.split(".")
    for length in (2, 1):
        if (package := ".".join(parts[:length])) in HEIGHT:
            return package
    return None


def kind(module: str) -> str | None:
    """Return which of an app's usual modules this is, or is part of: `lots.models.windows` is `models`."""
    app = home(module)
    rest = module.removeprefix(f"{app}.").split(".")[0]
    return rest if app in APPS and rest in PLACE else None


IMPORTS = [found for name, path in modules() for found in imports_of(name, path)]


def failed(lines: list[object], rule: str) -> None:
    if lines:
        pytest.fail(rule + "\n" + "\n".join(f"  {line}" for line in lines), pytrace=False)


def test_every_module_stands_in_a_row():
    unknown = [name for name, _ in modules() if name != "commissioning" and home(name) is None]
    failed(
        list(unknown), "These modules have no place in the import order (tests/test_architecture.py, ROWS):"
    )


def test_no_row_imports_from_above():
    upward = [
        found
        for found in IMPORTS
        if (ours := home(found.importer))
        and (theirs := home(found.imported))
        and HEIGHT[theirs] > HEIGHT[ours]
    ]
    failed(list(upward), "Nothing imports from a row above its own (architecture.md 2):")


def test_settings_and_celery_import_nothing_of_ours():
    found = [
        one for one in IMPORTS if home(one.importer) in ROWS[0] and home(one.imported) != home(one.importer)
    ]
    failed(list(found), "Settings and Celery hold names only:")


def test_inside_an_app_each_module_imports_only_leftwards():
    rightward = [
        found
        for found in IMPORTS
        if home(found.importer) == home(found.imported)
        and (ours := kind(found.importer))
        and (theirs := kind(found.imported))
        and ours != theirs
        and PLACE[theirs] >= PLACE[ours]
    ]
    order = " → ".join("/".join(group) for group in MODULES)
    failed(list(rightward), f"Inside an app the order is {order}:")


def test_rules_and_workflow_import_no_models():
    found = [
        one
        for one in IMPORTS
        if kind(one.importer) in {"rules", "workflow"}
        and kind(one.imported) == "models"
        and not one.for_types_only
    ]
    failed(list(found), "Rules and workflow take objects and import no models:")


def test_only_the_clock_reads_the_clock():
    found: list[object] = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for name, path in modules()
        if home(name) not in {"commissioning.clock", "commissioning.processes"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CLOCK_READERS.search(line)
    ]
    failed(found, "`now` is an argument; only commissioning.clock reads the machine's clock:")


def test_views_and_forms_ask_queries_and_services():
    found: list[object] = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for name, path in modules()
        if kind(name) in {"views", "forms"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\.objects\b(?!\.visible_to\()", line)
    ]
    failed(found, "Views and forms use queries.py and services.py, never a manager:")


def test_no_file_is_longer_than_can_be_read_at_one_sitting():
    tests = ((str(path.relative_to(ROOT)), path) for path in sorted((ROOT / "tests").rglob("*.py")))
    found: list[object] = [
        f"{path.relative_to(ROOT)}: {length} lines"
        for _, path in (*modules(), *tests)
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    ]
    failed(found, f"Split by noun what is longer than {LONGEST} lines:")


# ---------------------------------------------------------------- the check itself is checked


def _found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> list[Import]:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = tmp_path / Path(*name.split(".")).with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return list(imports_of(name, path))


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("from providers.models import Entry", "providers.models.Entry"),
        ("import providers.services as verbs", "providers.services"),
        ("from . import services", "lots.services"),
        ("from .models.windows import Window", "lots.models.windows.Window"),
        ("def late():\n    from calloffs import queries", "calloffs.queries"),
        ("from commissioning.web import views", "commissioning.web.views"),
    ],
)
def test_every_way_to_import_is_seen(tmp_path, monkeypatch, source, imported):
    (found,) = _found(tmp_path, monkeypatch, "lots.queries", source)
    assert found.imported == imported
    assert str(found).startswith("lots/queries.py:")


def test_an_import_for_types_alone_is_told_apart(tmp_path, monkeypatch):
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .models import Window\n"
    (found,) = _found(tmp_path, monkeypatch, "lots.rules", source)
    assert found.for_types_only
