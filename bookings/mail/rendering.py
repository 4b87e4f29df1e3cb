"""Turns a mail's context into its subject, text and HTML, in one language."""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.template import engines
from django.utils.translation import override
from jinja2 import Environment

from bookings.mail.messages import MailContext

_SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as people will read it; the text says everything that the HTML says."""

    subject: str
    text: str
    html: str


def render(context: MailContext, language: str) -> Rendered:
    """Fills the three templates of the context's kind."""
    values: dict[str, Any] = {field.name: getattr(context, field.name) for field in fields(context)}
    folder = f"emails/{context.kind}"
    templates = _templates(language)
    with override(language):
        subject = " ".join(templates.get_template(f"{folder}/subject.txt").render(values).split())
        values["subject"] = subject
        text = templates.get_template(f"{folder}/body.txt").render(values)
        html = templates.get_template(f"{folder}/body.html").render(values)
    return Rendered(subject[:_SUBJECT_LENGTH], _tidy(text), html.strip() + "\n")


@lru_cache(maxsize=8)
def _templates(language: str) -> Environment:
    # The pages' own environment, but a plain text must not escape what a web page has to.
    with override(language):
        pages: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return pages.overlay(autoescape=lambda name: name is not None and name.endswith(".html"))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
