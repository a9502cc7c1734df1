"""How tests and demonstrations tell the companies what shall happen: POST /control/… with JSON.

====================  ==========================================  =============================================
`/control/pay`        company, reference, callback (`sent`)       somebody pays
`/control/refuse`     company, reference, callback (`sent`)       a payment is refused
`/control/trouble`    company, trouble (empty: none)              a company is down, hangs, or refuses
`/control/release`                                                held messages are sent, the last first
`/control/repeat`                                                 messages that were not taken are sent again
====================  ==========================================  =============================================

The words are those of `books.Company`, `books.Callback` and `books.Trouble`.
"""

from __future__ import annotations

from typing import Any

from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway, UnknownPayment
from wenlan.demo.gateway.http import Reply, Request, json_reply


def control(gateway: Gateway, request: Request) -> Reply | None:
    """None for another address."""
    if request.method != "POST" or not request.path.startswith("/control/"):
        return None
    try:
        return json_reply(_do(gateway, request.path.removeprefix("/control/"), request.json()))
    except (KeyError, ValueError, UnknownPayment) as problem:
        return json_reply({"error": str(problem)}, 400)


def _do(gateway: Gateway, what: str, order: dict[str, Any]) -> dict[str, Any]:
    match what:
        case "pay" | "refuse":
            act = gateway.pay if what == "pay" else gateway.refuse
            payment = act(
                Company(order["company"]), order["reference"], Callback(order.get("callback", Callback.SENT))
            )
            return {"state": payment.state}
        case "trouble":
            company = Company(order["company"])
            gateway.books.troubles.pop(company, None)
            if order.get("trouble"):
                gateway.books.troubles[company] = Trouble(order["trouble"])
            return {}
        case "release":
            return {"sent": len(gateway.release())}
        case "repeat":
            return {"sent": len(gateway.repeat())}
    raise KeyError(what)
