"""The pages at which a person pays or does not, plainly marked as simulated."""

from __future__ import annotations

from html import escape

from wenlan.demo.gateway.books import Company, Payment, State
from wenlan.demo.gateway.gateway import Gateway
from wenlan.demo.gateway.http import Reply, Request, page, redirect

NAMES = {Company.STRIPE: "Stripe", Company.WECHAT: "微信支付 WeChat Pay", Company.ALIPAY: "支付宝 Alipay"}
STATES = {
    State.OPEN: "待支付 Waiting for payment",
    State.PAID: "已支付 Paid",
    State.REFUSED: "已拒绝 Refused",
    State.CLOSED: "已关闭 Closed",
}
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { max-width: 30rem; margin: 8vh auto; padding: 0 1.25rem; }
strong { font-size: 1.8rem; } code { overflow-wrap: anywhere; }
.note { padding: .7rem 1rem; border-inline-start: 3px solid #b7791f; background: #b7791f22; }
form { display: flex; gap: .75rem; margin-block: 1.5rem; }
button { padding: .6rem 1.4rem; border: 1px solid; border-radius: .4rem; background: none; font: inherit; cursor: pointer; }
"""


def cashier(gateway: Gateway, request: Request) -> Reply | None:
    """The page of one payment at `/cashier/COMPANY/REFERENCE`; None for another address."""
    parts = request.path.strip("/").split("/")
    if len(parts) != 3 or parts[0] != "cashier" or parts[1] not in list(Company):
        return None
    payment = gateway.payment(Company(parts[1]), parts[2])
    back = request.query.get("redirect_url") or payment.return_url
    if request.method == "POST":
        act = gateway.pay if request.form.get("outcome") == "pay" else gateway.refuse
        act(payment.company, payment.reference)
        return redirect(back or request.target)
    return page(_html(payment, request.target))


def _html(payment: Payment, target: str) -> str:
    buttons = (
        f'<form method="post" action="{escape(target)}">'
        '<button name="outcome" value="pay">支付 Pay</button>'
        '<button name="outcome" value="refuse">拒绝 Refuse</button></form>'
    )
    amount = f"{payment.currency} {_shown(payment)}"
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(NAMES[payment.company])}</title><style>{STYLE}</style>"
        f"<h1>{escape(NAMES[payment.company])}</h1>"
        '<p class="note">模拟支付，不涉及真实资金。<br>Simulated: no real money moves.</p>'
        f"<p>{escape(payment.title)}<br><strong>{amount}</strong><br><code>{escape(payment.reference)}</code></p>"
        f"<p>{STATES[payment.state]}</p>"
        f"{buttons if payment.state in {State.OPEN, State.REFUSED} else ''}"
    )


def _shown(payment: Payment) -> str:
    if payment.currency == "JPY":
        return f"{payment.amount_minor:,}"
    return f"{payment.amount_minor / 100:,.2f}"
