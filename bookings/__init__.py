"""The domain: one Django app of feature folders, in the order data flows.

core -> links, mail -> catalog -> feeds -> availability -> offers -> booking_requests -> registration -> staff. A later
folder may use an earlier one's models, rules, queries and actions, never the other way.
"""
