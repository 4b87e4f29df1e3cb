"""/api/openapi.json: the declarations in the words of OpenAPI 3.1, always in English."""

import re
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from portal.embedded import auth
from portal.embedded.answers import BAD_REQUEST, METHOD_NOT_ALLOWED, SERVER_ERROR
from portal.embedded.declarations import OPERATIONS, Example, Group, Operation, TokenRule
from portal.embedded.inputs import NO_JSON, TOO_LARGE
from portal.embedded.readers import object_schema, query_schema

_ABOUT = (
    "Sites, rooms, calendars, prices, bookings, registrations and contracts of Workways sites. Every answer but a "
    "calendar and a picture is a JSON object with `retcode` (1, or 200 where the answer has a `status`; -1 for a "
    "refusal) and `message`. Unknown parameters are ignored, empty ones count as not given. An unknown path is "
    "answered with 404 and `Not found`."
)
_BEARER_ABOUT = (
    "A token in the form `ww_dev_` and 64 hex digits, in the header `Authorization: Bearer <your_token>`. It is shown "
    "once, when it is made."
)
_SECURITY: dict[TokenRule, list[dict[str, list[str]]]] = {
    TokenRule.IGNORED: [],
    TokenRule.OPTIONAL: [{}, {"token": []}],
    TokenRule.REQUIRED: [{"token": []}],
}
_JSON = "application/json"


@lru_cache(maxsize=8)
def build_document(base_url: str) -> dict[str, Any]:
    """The whole document, for callers who reach the API by `base_url`. The caller must not change it."""
    with override("en"):
        document: dict[str, Any] = _plain(
            {
                "openapi": "3.1.0",
                "info": {"title": "Workways API", "version": "1.0.0", "description": _ABOUT},
                "servers": [{"url": base_url}],
                "tags": [{"name": group.value, "description": group.title} for group in Group],
                "paths": {
                    operation.path: {operation.method.lower(): _operation(operation)} for operation in OPERATIONS
                },
                "components": {
                    "securitySchemes": {
                        "token": {"type": "http", "scheme": "bearer", "description": _BEARER_ABOUT},
                    },
                    "responses": _shared_responses(),
                },
            }
        )
    return document


def list_refusals(operation: Operation) -> tuple[str, ...]:
    """Every sentence that the operation answers with HTTP 400, with {names} where they vary."""
    carried = () if operation.is_read else (NO_JSON, TOO_LARGE)
    return tuple(dict.fromkeys((*operation.parameters.refusals, *operation.refusals, *carried, BAD_REQUEST)))


def message_schema(sentences: tuple[str, ...]) -> dict[str, Any]:
    """The JSON Schema of a message that is one of these; {names} in them stand for any text."""
    fixed = [sentence for sentence in sentences if "{" not in sentence]
    varying = [sentence for sentence in sentences if "{" in sentence]
    choices: list[dict[str, Any]] = [{"enum": fixed}] if fixed else []
    choices += [{"pattern": f"^{_pattern(sentence)}$"} for sentence in varying]
    return {"type": "string", **(choices[0] if len(choices) == 1 else {"anyOf": choices})}


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.group.value],
        "summary": operation.summary,
        "description": operation.about,
        "security": _SECURITY[operation.token],
        "responses": _responses(operation),
    }
    parameters = _query(operation) if operation.is_read else []
    if operation.has_entity_tag:
        parameters.append(_IF_NONE_MATCH)
    if parameters:
        described["parameters"] = parameters
    if not operation.is_read:
        described["requestBody"] = _body(operation)
    return described


_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of an answer that you hold; 304 says that it still is the answer",
    "schema": {"type": "string"},
}


def _query(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": item.name,
            "in": "query",
            "required": item.required,
            "description": item.about,
            "schema": query_schema(item),
            **({} if item.example is None else {"example": item.example}),
        }
        for item in operation.parameters.items
    ]


def _body(operation: Operation) -> dict[str, Any]:
    examples = {_slug(example): {"summary": example.title, "value": example.body} for example in operation.examples}
    return {
        "required": True,
        "content": {_JSON: {"schema": object_schema(operation.parameters), "examples": examples}},
    }


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _success(operation)}
    if operation.has_entity_tag:
        responses["304"] = {"description": "Nothing changed since the answer whose ETag was sent"}
    responses["400"] = _bad_request(operation)
    if operation.token is not TokenRule.IGNORED:
        responses["401"] = _shared("Unauthorized")
    if operation.not_found:
        responses["404"] = _refusal("There is nothing of that id", operation.not_found)
    responses["405"] = _shared("MethodNotAllowed")
    if operation.token is not TokenRule.IGNORED:
        responses["429"] = _shared("QuotaExceeded")
    responses["500"] = _shared("ServerError")
    return responses


def _success(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media_type in dict.fromkeys(answer.media_type for answer in operation.answers):
        shapes = [
            {"title": answer.when, **answer.schema} for answer in operation.answers if answer.media_type == media_type
        ]
        content[media_type] = {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}
    for example in operation.examples:
        if example.answer is not None:
            of_type = content[operation.answers[0].media_type].setdefault("examples", {})
            of_type[_slug(example)] = {"summary": example.title, "value": example.answer}
    described: dict[str, Any] = {
        "description": " / ".join(str(answer.when) for answer in operation.answers),
        "content": content,
    }
    if operation.has_entity_tag:
        described["headers"] = {
            "ETag": {"description": "Names this very answer, for If-None-Match", "schema": {"type": "string"}}
        }
    return described


def _bad_request(operation: Operation) -> dict[str, Any]:
    refusals = list_refusals(operation)
    described = _refusal("The call can't be answered as it stands; the message says why", refusals)
    if any(refusal.startswith("Invalid country") for refusal in refusals):
        # A country that nobody knows is the one refusal that carries data (W14).
        properties = described["content"][_JSON]["schema"]["properties"]
        properties["data"] = {"type": "array", "maxItems": 0}
    return described


def _shared_responses() -> dict[str, Any]:
    return {
        "Unauthorized": _refusal("The token is missing or no good; the message says which", auth.REFUSALS),
        "MethodNotAllowed": {
            **_refusal("The path has no such method", (METHOD_NOT_ALLOWED,)),
            "headers": {"Allow": {"description": "The methods it has", "schema": {"type": "string"}}},
        },
        "QuotaExceeded": _refusal("The token's owner used up the calls of the day or month", (auth.QUOTA_USED_UP,)),
        "ServerError": _refusal("Something broke on our side", (SERVER_ERROR,)),
    }


def _shared(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _refusal(description: str, sentences: tuple[str, ...]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"retcode": {"type": "integer", "const": -1}, "message": message_schema(sentences)},
        "required": ["retcode", "message"],
        "additionalProperties": False,
    }
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _slug(example: Example) -> str:
    return re.sub(r"[^a-z0-9]+", "-", str(example.title).lower()).strip("-")


def _pattern(sentence: str) -> str:
    """The sentence as a regular expression that JavaScript reads as well; Python's own escaping is not for it."""
    parts = re.split(r"\{\w+\}", sentence)
    return r"[\s\S]*".join(re.sub(r"[.*+?^${}()|\[\]\\/]", r"\\\g<0>", part) for part in parts)


def _plain(value: Any) -> Any:
    """The same with every text read in the language that is on now, and without empty descriptions."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        kept = {name: _plain(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if not (name == "description" and item == "")}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
