"""The direction of imports, as pyproject.toml declares it."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_point_one_way() -> None:
    status = lint_imports(no_cache=True)

    assert status == EXIT_STATUS_SUCCESS
