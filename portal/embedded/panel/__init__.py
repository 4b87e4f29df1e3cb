"""The operator's side of the embedded Workways API: its data, kept by staff in the panel.

Answers: which sites, rooms, rates, organizations, users, meetings and closures there are, who has tokens, who changed
what. Everything here writes the embedded tables only; the portal sees it at its next refresh, or at once when staff ask
for it. Nothing is deleted: it is archived, cancelled or lifted, and each act leaves an entry in the record (`audit`).
Each subject has its forms, its actions and its views. Files of their own: pages (what each page has in common), fields
(money and hours as people type them), plans and *_files (import and export). Templates: embedded/panel. Styles:
static/css/features/operator.css. Tests: tests/portal/embedded/panel.
"""
