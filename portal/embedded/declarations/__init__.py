"""What the Workways API document says of each operation, once.

From here calls are checked (`portal.embedded.api`), /api/openapi.json is written (`openapi`) and /api/docs is shown
(`docs_views`). Parameters come with the readers that check them, answers with the shape that tests hold them to, and
examples are the document's own, word for word. Tests: tests/portal/embedded/test_openapi*.py.
"""

from portal.embedded.declarations.bookings import CHECK_EMAIL, MEETING_REQUEST
from portal.embedded.declarations.calendars import FEED, PRICE
from portal.embedded.declarations.contracts import CONTRACT_OPTIONS, MERGE_CONTRACT
from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.organizations import ORGANIZATION_INFO, USER_INFO
from portal.embedded.declarations.places import COUNTRIES, PICTURE, ROOMS, SITES
from portal.embedded.declarations.registering import REGISTER

__all__ = ["OPERATIONS", "Answer", "Example", "Group", "Operation", "TokenRule"]

OPERATIONS: tuple[Operation, ...] = (
    SITES,
    ROOMS,
    COUNTRIES,
    PICTURE,
    FEED,
    PRICE,
    MEETING_REQUEST,
    REGISTER,
    CHECK_EMAIL,
    USER_INFO,
    ORGANIZATION_INFO,
    CONTRACT_OPTIONS,
    MERGE_CONTRACT,
)
