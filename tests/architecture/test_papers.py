"""What the README says is true: commands, environment, dependencies."""

import re
import tomllib
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()


def test_environment_table_names_exactly_what_the_settings_read() -> None:
    source = (ROOT / "portal" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | {"SECRET_KEY"}

    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))

    assert told == read


def test_commands_in_the_readme_exist() -> None:
    told = set(re.findall(r"manage\.py ([a-z_]+)", README))

    assert told
    assert told <= set(get_commands())


def test_readme_has_the_two_one_line_commands() -> None:
    lines = README.splitlines()

    assert any(line.startswith("python3 -m venv") and line.endswith("manage.py demo") for line in lines)
    assert any(line.startswith("python3 -m venv") and line.endswith("-m pytest") for line in lines)


def test_files_that_the_readme_names_exist() -> None:
    named = set(re.findall(r"\]\((?!http|#)([^)]+)\)", README))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_direct_dependency_has_its_reason_in_one_line() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    listed = [line for line in lines if re.match(r'\s+"[A-Za-z0-9\[\],_.-]+[><=]', line)]

    assert listed
    assert [line for line in listed if not re.search(r",\s+# \w", line)] == []


def test_requirements_pin_every_direct_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\[><=]", entry)[0].lower().replace("_", "-") for entry in direct}
    lines = (ROOT / "requirements.txt").read_text().splitlines()

    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}

    assert names <= pinned
