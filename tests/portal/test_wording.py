from typing import Any

import pytest
from django.template import engines
from django.urls import set_script_prefix
from django.utils.translation import override
from jinja2 import Environment

from portal.wording import SpeakingTemplates


def rendered(source: str, language: str, **values: Any) -> str:
    with override(language):
        return engines["jinja2"].from_string(source).render(values)


def looked_up(source: str, language: str, **values: Any) -> str:
    """The same by Jinja's own look-ups, at the moment of drawing."""
    backend = engines["jinja2"]
    assert isinstance(backend, SpeakingTemplates)
    plain = backend.env.overlay()
    plain.code_generator_class = Environment.code_generator_class
    with override(language):
        return plain.from_string(source).render(values)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "source",
    [
        '{{ _("Taken") }}',
        '<p title="{{ _("Today") }}">{{ _("What the colours and patterns mean") }}</p>',
        '{{ _("Free, but too short for %(duration)s", duration=value) }}',
        "{% trans %}Taken{% endtrans %}",
        "{% trans duration=value %}Free, but too short for {{ duration }}{% endtrans %}",
        '{{ ngettext("%(num)s person", "%(num)s people", 3) }}',
        '{{ _("Taken") ~ value }} {{ _("Taken") | upper }} {% if _("Taken") == "Taken" %}yes{% endif %}',
        '{% set word = "Taken" %}{{ _(word) }}',
        '{{ _("It\'s 100%% <free> & %(duration)s", duration=value) }}',
        '{% macro twice(text) %}{{ text }}{{ text }}{% endmacro %}{{ twice(_("Today")) }}{{ twice(value) }}',
    ],
)
def test_words_are_those_that_a_look_up_would_give(source: str, language: str) -> None:
    value = "<2 & 'more'>"

    assert rendered(source, language, value=value) == looked_up(source, language, value=value)


def test_each_language_has_its_own_words() -> None:
    source = '{{ _("Taken") }}, {{ _("Today") }}'

    assert [rendered(source, language) for language in ("en", "fr", "en")] == [
        "Taken, Today",
        "Occupé, Aujourd’hui",
        "Taken, Today",
    ]


def test_template_of_one_language_is_not_given_to_another() -> None:
    pages = []
    for language in ("en", "fr", "en", "fr"):
        with override(language):
            pages.append(engines["jinja2"].get_template("404.html"))

    assert pages[0].template is pages[2].template  # type: ignore[attr-defined]
    assert pages[1].template is pages[3].template  # type: ignore[attr-defined]
    assert pages[0].template is not pages[1].template  # type: ignore[attr-defined]


def test_paths_and_what_is_kept_follow_the_prefix_of_all_paths() -> None:
    source = '{% kept 1 %}{{ url("sites") }}{% endkept %} {{ url("sites") }}'

    def drawn(prefix: str, language: str) -> str:
        set_script_prefix(prefix)
        return rendered(source, language)

    try:
        pages = [drawn(prefix, language) for prefix in ("/", "/portal/", "/") for language in ("en", "fr")]
    finally:
        set_script_prefix("/")

    there, beneath = (
        ["/sites/ /sites/", "/fr/sites/ /fr/sites/"],
        ["/portal/sites/ /portal/sites/", "/portal/fr/sites/ /portal/fr/sites/"],
    )
    assert pages == [*there, *beneath, *there]
