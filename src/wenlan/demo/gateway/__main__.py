"""`python -m wenlan.demo.gateway`: three payment companies on this machine, for a site that is tried out."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from wenlan.demo.gateway.server import GatewayServer


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m wenlan.demo.gateway",
        description="Stand in for Stripe, WeChat Pay and Alipay, with real signatures and no money. Prints the"
        " settings with which a site asks it; wenlan.demo.gateway.control tells how to make things go wrong.",
    )
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="where the site is")
    parser.add_argument("--keys", type=Path, required=True, help="folder for the keys, made anew each time")
    options = parser.parse_args()
    with GatewayServer(port=options.port) as server:
        server.gateway.stripe.webhook_url = f"{options.site}/pay/stripe/notify/"
        environment = server.gateway.keys.environment(address=server.address, folder=options.keys)
        print("WENLAN_PAYMENT_PROVIDERS=stripe,wechat,alipay")
        for name, value in environment.items():
            print(f"{name}={value}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
