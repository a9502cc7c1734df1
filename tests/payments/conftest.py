from __future__ import annotations

from tests.payments.gateway import begin, companies, company, gateway, gateway_environment, gateway_server

__all__ = ["begin", "companies", "company", "gateway", "gateway_environment", "gateway_server"]
