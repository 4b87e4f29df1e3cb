"""What each mail says, word for word, in both languages.

The files in `golden/` hold every mail as it was last read over. After a wanted change write them anew and read the
difference: `PORTAL_WRITE_GOLDEN=1 pytest tests/bookings/mail/test_messages.py`.
"""

import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from bookings.mail.messages import Enrolment, MailContext, MailKind, ProveAddress, Refused, RegistrationContext
from bookings.mail.rendering import render
from tests.bookings.mail.samples import ENROLMENT, MEETING, OPERATOR, SAMPLES, SAMPLES_IN, STATUS, SampleOperator

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "emails"
LANGUAGES = ("en", "fr")


class _Words(HTMLParser):
    """The words that a reader of the HTML sees, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


@pytest.mark.parametrize(
    ("context", "language"),
    [(context, language) for language in LANGUAGES for context in SAMPLES_IN[language]],
    ids=lambda value: value if isinstance(value, str) else str(value.kind),
)
def test_mail_reads_as_it_was_last_read_over(context: MailContext, language: str) -> None:
    rendered = render(context, language)
    whole = f"Subject: {rendered.subject}\n\n{rendered.text}\n{'=' * 60}\n{rendered.html}"
    file = GOLDEN / f"{context.kind}.{language}.txt"
    if os.environ.get("PORTAL_WRITE_GOLDEN"):
        file.write_text(whole)

    assert whole == file.read_text()


def test_every_kind_has_a_sample_and_a_folder_and_nothing_is_left_over() -> None:
    kinds = {str(kind) for kind in MailKind}

    assert {str(context.kind) for context in SAMPLES} == kinds
    assert {folder.name for folder in TEMPLATES.iterdir() if not folder.name.startswith(("_", "workways_"))} == kinds
    assert {file.name for file in GOLDEN.iterdir()} == {f"{kind}.{code}.txt" for kind in kinds for code in LANGUAGES}


@pytest.mark.parametrize("context", SAMPLES, ids=lambda context: str(context.kind))
def test_html_says_everything_that_the_text_says(context: MailContext) -> None:
    rendered = render(context, "en")
    html = _Words()
    html.feed(rendered.html)

    said = set(" ".join(html.words).replace(":", " ").split())
    missing = [word for word in rendered.text.replace(":", " ").split() if word not in said and word not in ("--", ">")]

    assert missing == []


@pytest.mark.parametrize("context", SAMPLES, ids=lambda context: str(context.kind))
def test_html_needs_nothing_from_elsewhere(context: MailContext) -> None:
    html = _Words()
    html.feed(render(context, "en").html)

    assert html.tags.isdisjoint({"img", "link", "script", "iframe", "table", "object", "embed"})


@pytest.mark.parametrize("context", SAMPLES, ids=lambda context: str(context.kind))
def test_mail_about_a_meeting_has_every_fact_of_it_in_its_text(context: MailContext) -> None:
    text = render(context, "en").text

    if getattr(context, "meeting", None) or (isinstance(context, RegistrationContext) and context.enrolment.meeting):
        assert "Room: Aurora\n" in text
        assert "Site: Workways Bastille\n" in text
        assert "When: Tuesday 13 January 2026, 14:00–15:30 (Paris time, UTC+1)\n" in text
        assert "People: 6\n" in text
        assert "Price: €67.50 without VAT\n" in text
        assert "Reference: K7QM-2XTR\n" in text
    # A former address gets no link any more.
    assert ("http://127.0.0.1:8000/" in text) == (context.kind != MailKind.CONTACT_CHANGED)
    assert "hello@workways.example" in text
    assert "+33 1 23 45 67 89" in text


@pytest.mark.parametrize(
    ("vat_wording", "line"),
    [
        ("unsaid", "Price: €67.50\n"),
        ("excluded", "Price: €67.50 without VAT\n"),
        ("included", "Price: €67.50, VAT included\n"),
    ],
)
def test_price_is_worded_as_the_operator_chose(vat_wording: str, line: str) -> None:
    operator = SampleOperator(vat_wording=vat_wording)

    rendered = render(replace(SAMPLES[1], operator=operator), "en")

    assert line in rendered.text


def test_price_on_request_is_said_in_words() -> None:
    context = ProveAddress(
        operator=OPERATOR, code="000000", link=STATUS, minutes=15, meeting=replace(MEETING, price=None)
    )

    rendered = render(context, "en")

    assert "Price: on request\n" in rendered.text
    assert "on request" in rendered.html


def test_code_stands_in_the_body_and_not_in_the_subject() -> None:
    rendered = render(SAMPLES[0], "en")

    assert "042917" in rendered.text
    assert "042917" in rendered.html
    assert "042917" not in rendered.subject


def test_text_of_an_office_enquiry_names_the_place() -> None:
    context = ProveAddress(operator=OPERATOR, code="1", link=STATUS, minutes=15, place="Office 12, Workways Bastille")

    rendered = render(context, "en")

    assert "Office 12, Workways Bastille" in rendered.text
    assert "to register a company" in rendered.text


def test_markup_that_somebody_typed_stays_text_in_html_and_unchanged_in_plain_text() -> None:
    context = Refused(
        operator=OPERATOR,
        meeting=replace(MEETING, room="<b>Aurora & Co</b>"),
        status_url=STATUS,
        person='<script>alert("x")</script>',
        reason="It's gone.",
        way_on="Choose again.",
    )

    rendered = render(context, "en")

    assert "<script>" not in rendered.html
    assert "&lt;b&gt;Aurora &amp; Co&lt;/b&gt;" in rendered.html
    assert "<b>Aurora & Co</b>" in rendered.text
    assert "It's gone." in rendered.text


def test_line_breaks_in_names_cannot_add_headers_to_the_subject() -> None:
    context = replace(SAMPLES[1], meeting=replace(MEETING, room="Aurora\r\nBcc: everybody@example.org"))

    rendered = render(context, "en")

    assert "\n" not in rendered.subject
    assert "\r" not in rendered.subject
    assert "Aurora Bcc" in rendered.subject


def test_long_names_leave_a_subject_that_fits_its_column() -> None:
    rendered = render(replace(SAMPLES[1], meeting=replace(MEETING, room="A" * 400)), "en")

    assert len(rendered.subject) == 200


def test_mail_about_a_place_without_a_company_leaves_the_company_out() -> None:
    sample = next(context for context in SAMPLES if context.kind == MailKind.REGISTRATION_RESUME)
    context = replace(sample, enrolment=Enrolment(reference=ENROLMENT.reference, place=ENROLMENT.place))

    rendered = render(context, "en")

    assert "Company:" not in rendered.text
    assert "Registration for: Workways Bastille\n" in rendered.text
