"""A complete, compatible Workways API for when no remote account is set.

Answers: what the Workways API document says, word for word, over tables of its own; nobody else reads them. The core
(`api`, `handlers/`) knows no HTTP: `transport` calls it in process, `views` serves it. What a call may hold and what it
is answered stands in `declarations/`, whose `readers/` check it and from which `openapi` and `docs_views` tell it. Used
next by portal.workways. Files of its own: answers, inputs, questions, ids, auth, countries, companies, pricing, slots,
accounts, mails, ics, pictures, drawing, uploads, files, palettes, page_urls, demo, seed; `panel` for
staff. Templates: embedded, emails/workways_*. Tests: tests/portal/embedded, tests/contract.

Where the document is silent, the docstring of the function that decides says what was chosen.
"""
