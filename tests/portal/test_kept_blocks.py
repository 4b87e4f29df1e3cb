import pytest
from jinja2 import DictLoader, Environment

from portal import kept_blocks
from portal.kept_blocks import KeptBlocks

PAGE = "{% kept name, count %}<p>{{ name }} {{ said() }}</p>{% endkept %}"


class Speaker:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


def make_environment(**pages: str) -> Environment:
    return Environment(loader=DictLoader(pages), extensions=[KeptBlocks], autoescape=True, auto_reload=False)


def test_block_is_drawn_once_for_the_same_keys() -> None:
    page, said = make_environment(page=PAGE).get_template("page"), Speaker()

    drawn = [page.render(name=name, count=count, said=said) for name, count in (("<a>", 1), ("<a>", 1), ("<a>", 2))]

    assert drawn == ["<p>&lt;a&gt; 1</p>", "<p>&lt;a&gt; 1</p>", "<p>&lt;a&gt; 2</p>"]


def test_blocks_of_one_template_are_kept_apart() -> None:
    page = make_environment(page="{% kept 1 %}one{% endkept %}\n{% kept 1 %}two{% endkept %}").get_template("page")

    assert page.render() == page.render() == "one\ntwo"


def test_each_environment_keeps_its_own() -> None:
    english = make_environment(page="{% kept 1 %}{{ said() }}{% endkept %}")
    french, said = english.overlay(), Speaker()

    drawn = [environment.get_template("page").render(said=said) for environment in (english, french, english)]

    assert drawn == ["1", "2", "1"]


def test_nothing_is_kept_while_templates_are_worked_on() -> None:
    environment, said = make_environment(page="{% kept 1 %}{{ said() }}{% endkept %}"), Speaker()
    environment.auto_reload = True
    page = environment.get_template("page")

    assert [page.render(said=said), page.render(said=said)] == ["1", "2"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_blocks, "_MOST", 3)
    page, said = make_environment(page="{% kept key %}{{ said() }}{% endkept %}").get_template("page"), Speaker()

    drawn = [page.render(key=key, said=said) for key in (1, 2, 3, 1, 4, 1)]

    assert drawn == ["1", "2", "3", "1", "4", "5"]
