"""A person at a browser, who counts their clicks and typed fields."""

import re
from datetime import date

from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from tests.support.world import last_mail


class Visitor:
    """Speaks of pages and buttons as a person does; `language` is the page's, whose words the person reads."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.language = language
        self.clicks = 0
        self.typed = 0

    def says(self, text: str, **values: str) -> str:
        """An English text of the code in the visitor's language."""
        with override(self.language):
            said = gettext(text)
        return said % values if values else said

    def address(self, path: str) -> str:
        """A page's path in the visitor's language."""
        return path if self.language == "en" else f"/{self.language}{path}"

    def open(self, path: str) -> None:
        """Types an address."""
        self.page.goto(self.address(path))

    def press(self, label: str) -> None:
        """Presses a button, and waits for the page that follows."""
        self.clicks += 1
        self.page.get_by_role("button", name=self.says(label), exact=True).click()

    def follow(self, label: str) -> None:
        """Follows a link."""
        self.clicks += 1
        self.page.get_by_role("link", name=self.says(label), exact=True).first.click()

    def type(self, **fields: str) -> None:
        """Types into fields by their names; a code is not counted, as it is pasted."""
        for name, value in fields.items():
            self.typed += name != "code"
            self.page.locator(f"main [name={name}]:visible").fill(value)

    def choose_slot(self, day: date, start: str) -> None:
        """Presses a free time in the week's calendar."""
        self.clicks += 1
        self.slot(day, start).click()
        expect(self.page.locator("#booking [name=email]")).to_be_visible()

    def slot(self, day: date, start: str) -> Locator:
        """A time in the calendar that can be chosen."""
        return self.page.locator(f"#calendar a:not(.why)[href*='date={day.isoformat()}'][href*='start={start}']").first

    def type_mailed_code(self, address: str) -> None:
        """Copies the six digits out of the newest mail."""
        body = last_mail(address, "prove_address").text
        found = re.search(r"^\s*(\d{6})\s*$", body, re.MULTILINE)
        assert found, body
        self.type(code=found[1])

    def sees(self, text: str, **values: str) -> None:
        """A text is on the page."""
        expect(self.page.get_by_text(self.says(text, **values)).first).to_be_visible()

    def sees_title(self, text: str, **values: str) -> None:
        """The page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.says(text, **values))


def link_in(body: str, path: str) -> str:
    """The path of the first link of a mail that leads to `path`, such as "/l/"."""
    found = re.search(rf"https?://[^\s/]+((?:/fr)?{re.escape(path)}\S+)", body)
    assert found, body
    return found[1]
