"""The direction of imports, as pyproject.toml declares it."""

import ast
from pathlib import Path

from django.conf import settings
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_point_one_way() -> None:
    status = lint_imports(no_cache=True)

    assert status == EXIT_STATUS_SUCCESS


def test_the_core_of_the_embedded_api_knows_no_frameworks_requests() -> None:
    core = Path(settings.BASE_DIR) / "portal" / "embedded"
    files = [core / "api.py", *(core / "handlers").glob("*.py")]
    forbidden = {"django.http", "django.urls", "django.shortcuts", "django.views", "django.template"}

    imported = {
        module
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        for module in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }

    assert "portal.embedded.models" in imported
    assert {module for module in imported if module.startswith(tuple(forbidden))} == set()
