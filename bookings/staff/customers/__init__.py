"""The customers: what Workways knows of a person and a company, beside what the portal knows.

Answers: who is this, what is in their contract, what have we of them. Reads Workways in the request, because a look-up
is what was asked for, and each feature's rows of an address. Writes changes of contracts, each sent once.
Templates: templates/staff/customers. Tests: tests/bookings/staff/customers. Files of its own: keys (how a customer is
named), reading (Workways), sentences (its troubles), terms and plans (what a contract says, and what is to change),
differences (both in words), contract_forms and contract_views (the form that changes one), pages (values for people).
"""
