import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.templatetags.static import static
from django.test import Client

from portal.static_storage import StaticStorage, join_stylesheets

CSS = Path(__file__).resolve().parents[2] / "static" / "css"


def test_imports_are_replaced_by_the_text_in_their_layer() -> None:
    files = {
        "css/site.css": "/* All. */\n@layer base, parts;\n"
        '@import "base.css" layer(base);\n@import "parts/button.css" layer(parts);\n',
        "css/base.css": "/* Elements. */\na { color: red; }\n",
        "css/parts/button.css": "b { color: blue; }\n",
    }

    joined = join_stylesheets("css/site.css", files.__getitem__)

    assert joined == (
        "@layer base, parts;\n@layer base {\na { color: red; }\n}\n@layer parts {\nb { color: blue; }\n}\n"
    )


@pytest.mark.parametrize("text", ['@import "more.css";', "a { background: url(../img/a.svg); }"])
def test_imported_file_that_would_break_by_being_moved_is_refused(text: str) -> None:
    files = {"css/site.css": '@import "base.css" layer(base);', "css/base.css": text}

    with pytest.raises(ValueError, match=r"css/base.css must not hold"):
        join_stylesheets("css/site.css", files.__getitem__)


def test_every_stylesheet_of_the_site_is_joined() -> None:
    joined = join_stylesheets("css/site.css", lambda path: (CSS.parent / path).read_text())

    assert "@import" not in joined
    assert "--accent:" in joined
    assert ".button {" in joined


def test_raw_colors_stand_in_one_place() -> None:
    elsewhere = [path for path in CSS.rglob("*.css") if path.name != "tokens.css"]

    found = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])|\brgba?\(|\bhsla?\(", path.read_text())
        for path in elsewhere
    }

    assert {name: colors for name, colors in found.items() if colors} == {}


def test_collected_stylesheet_is_one_compressed_file_with_a_digest_in_its_name(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path

    call_command("collectstatic", interactive=False, verbosity=0)

    name = StaticStorage(location=tmp_path).stored_name("css/site.css")
    assert re.fullmatch(r"css/site\.[0-9a-f]{12}\.css", name)
    assert "@import" not in (tmp_path / name).read_text()
    assert (tmp_path / f"{name}.br").stat().st_size < 20_000


def test_uncollected_files_are_served_from_where_they_are_written(client: Client) -> None:
    address = static("css/site.css")

    response = client.get(address)

    assert address == "/static/css/site.css"
    assert response.status_code == 200
    assert b"@import" in b"".join(response.streaming_content)  # type: ignore[attr-defined]
