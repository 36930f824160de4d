"""What page.js and the server tell each other, as JSON. What the browser says is untrusted: rubbish is nothing said."""

import base64
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any

from bot.answer import Filters


def said(sent: object) -> Any:
    """Return what the browser says; None where it is no JSON."""
    try:
        return json.loads(str(sent))
    except (ValueError, RecursionError):
        return None


def nth(exchanges: Sequence[object], sent: str) -> int | None:
    """Return the number of an exchange that the browser says, None where there is no such exchange."""
    n = said(sent)
    return n if type(n) is int and 0 <= n < len(exchanges) else None


def filters_of(limits: str) -> Filters:
    """Return the filters that the page's lists are set to; what is no year is no filter."""
    lists = said(limits)
    given = {name: value for name, value in lists.items() if isinstance(value, str)} if isinstance(lists, dict) else {}
    year = given.get("year", "")
    return Filters(
        region=given.get("region") or None,
        year=int(year) if re.fullmatch("[0-9]{4}", year) else None,
        issuer=given.get("issuer") or None,
        document_id=given.get("document_id") or None,
    )


def told(what: str, value: object = None) -> str:
    """Return what tells page.js something, once: in letters that no renderer changes."""
    line = json.dumps({"what": what, "value": value, "once": uuid.uuid4().hex})
    return f'<div class="told">{base64.b64encode(line.encode()).decode()}</div>'
