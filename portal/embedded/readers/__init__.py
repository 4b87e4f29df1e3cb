"""The kinds of values that parameters have: what each takes, and its sentence for what it doesn't.

Texts that PostgreSQL can't keep (null bytes) and that aren't Unicode (lone surrogates) are refused here, once.
"""

from portal.embedded.readers.groups import Items, Object, object_schema, query_schema
from portal.embedded.readers.ids import NumberOrId, WorkwaysId, WorkwaysIds
from portal.embedded.readers.numbers import Amount, QueryNumber, WholeNumber
from portal.embedded.readers.texts import AnyText, Choice, Country, Email, Phone, Text, WebAddress, is_clean_text
from portal.embedded.readers.times import Day, StartDate, StartTime

__all__ = [
    "Amount",
    "AnyText",
    "Choice",
    "Country",
    "Day",
    "Email",
    "Items",
    "NumberOrId",
    "Object",
    "Phone",
    "QueryNumber",
    "StartDate",
    "StartTime",
    "Text",
    "WebAddress",
    "WholeNumber",
    "WorkwaysId",
    "WorkwaysIds",
    "is_clean_text",
    "object_schema",
    "query_schema",
]
