"""A complete, compatible Workways API for when no remote account is set.

Answers: what the Workways API document says, word for word, over tables of its own. The core (`api`, `handlers/`) knows no
HTTP framework; `transport` calls it in process, `views` serves it over real HTTP, `page_urls` has the pages behind its mails.
Used next by portal.workways, through the transport; nothing else may read its tables. Tests: tests/portal/embedded, tests/contract.
Files of its own: api, answers, inputs, auth, catalogue of rules (countries, companies, pricing, slots), accounts, mails, ics,
pictures, transport, demo and seed. Where the document is silent, the choice made stands in the docstring of the function that makes it.
"""
