"""The account area "API developer settings": a token's owner signs in and keeps their own tokens.

Answers: /account/sign-in/, /account/api/ and what hangs below. Reads and writes the users and tokens of the API, and
adds to the operator's record. Who is signed in here is nobody to the staff panel, and the other way round. Files:
sessions (who is signed in), actions, forms, views. Templates: embedded/developers, emails/workways_password. Tests:
tests/portal/embedded/developers.
"""
