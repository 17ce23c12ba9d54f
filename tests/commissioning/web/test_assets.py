import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from commissioning.web import assets

CSS = (
    "/*! Copyright (c) 2011 by Margaret Calvert & Henrik Kubel. All rights reserved. */"
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
    ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
    '.b:before{content:"";background-image:url(/assets/images/govuk-crest.svg);width:1px}'
    "\n/*# sourceMappingURL=govuk-frontend.min.css.map */"
)


@pytest.fixture
def modules(tmp_path) -> Path:
    govuk = tmp_path / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    inter = tmp_path / "node_modules" / "@fontsource" / "inter"
    govuk.mkdir(parents=True)
    (inter / "files").mkdir(parents=True)
    (govuk / "govuk-frontend.min.css").write_text(CSS)
    (govuk / "govuk-frontend.min.js").write_text("export{a};//# sourceMappingURL=govuk-frontend.min.js.map")
    (inter / "LICENSE").write_text("OFL")
    for weight in assets.WEIGHTS:
        for subset in assets.SUBSETS:
            (inter / "files" / f"inter-{subset}-{weight}-normal.woff2").write_bytes(b"wOF2")
    return tmp_path / "node_modules"


def test_font_crest_and_maps_are_taken_out():
    made = assets.without_gov_uk_marks(CSS)
    assert made.strip() == '.a{font-family:Inter,arial,sans-serif;color:red}.b:before{content:"";width:1px}'


def test_a_style_sheet_of_another_shape_is_refused_with_what_is_left():
    with pytest.raises(assets.AssetError, match=r"images/new\.svg"):
        assets.without_gov_uk_marks(".c{background:url(/assets/images/new.svg)}")


def test_what_is_built_names_no_file_that_is_not_there(modules, tmp_path):
    target = tmp_path / "vendor"
    assets.build(modules, target)
    storage = ManifestStaticFilesStorage(location=str(target))
    names = [str(path.relative_to(target)) for path in sorted(target.rglob("*")) if path.is_file()]
    processed = list(storage.post_process({name: (storage, name) for name in names}))
    assert [result for _, _, result in processed if isinstance(result, Exception)] == []
    assert "sourceMappingURL" not in (target / "govuk-frontend.min.js").read_text()
    for face in ("inter-latin-400-normal.woff2", "inter-latin-ext-700-normal.woff2"):
        assert f'url("fonts/{face}")' in (target / "inter.css").read_text()


def test_a_missing_package_is_named_and_what_was_built_before_stays(modules, tmp_path):
    target = tmp_path / "vendor"
    assets.build(modules, target)
    (modules / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js").unlink()
    with pytest.raises(assets.AssetError, match="npm ci --ignore-scripts"):
        assets.build(modules, target)
    assert (target / "govuk-frontend.min.js").exists()


def test_the_lock_has_hashes_and_no_registry_address():
    lock = json.loads((settings.BASE_DIR / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_our_own_style_sheet_and_scripts_ask_for_nothing_from_elsewhere():
    for name in ("portal.css", "portal.js", "govuk-init.js", "words.js"):
        text = (settings.BASE_DIR / "static" / name).read_text("utf-8")
        assert "http" not in text
        assert "@import" not in text
        assert "eval(" not in text
