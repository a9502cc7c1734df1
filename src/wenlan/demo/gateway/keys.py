"""The keys of both sides, made at each start: a payment company that stands in for nobody has none to lose."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


class KeyPair:
    """RSA of 2048 bits; signatures are PKCS #1 v1.5 over SHA-256, in Base64, as WeChat and Alipay want them."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self._key.sign(text, PKCS1v15(), SHA256())).decode("ascii")

    def verifies(self, signature: str, text: bytes) -> bool:
        try:
            self._key.public_key().verify(base64.b64decode(signature), text, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def private_pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Keys:
    """What the companies have agreed upon with their one customer, this site."""

    stripe_secret: str = field(default_factory=lambda: f"sk_test_{secrets.token_hex(16)}")
    stripe_webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(16)}")
    wechat_app_id: str = "wx0000000000000000"
    wechat_merchant_id: str = "1900000000"
    wechat_merchant_serial: str = field(default_factory=lambda: secrets.token_hex(20).upper())
    wechat_api_key: str = field(default_factory=lambda: secrets.token_hex(16))
    wechat_public_key_id: str = field(default_factory=lambda: f"PUB_KEY_ID_{secrets.token_hex(12).upper()}")
    wechat_merchant: KeyPair = field(default_factory=KeyPair)
    wechat_platform: KeyPair = field(default_factory=KeyPair)
    alipay_app_id: str = "2021000000000000"
    alipay_merchant: KeyPair = field(default_factory=KeyPair)
    alipay_platform: KeyPair = field(default_factory=KeyPair)

    def environment(self, *, address: str, folder: Path) -> dict[str, str]:
        """The variables by which a site asks the companies at `address`; the keys in files go into `folder`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = {
            "wechat-private.pem": self.wechat_merchant.private_pem(),
            "wechat-public.pem": self.wechat_platform.public_pem(),
            "alipay-private.pem": self.alipay_merchant.private_pem(),
            "alipay-public.pem": self.alipay_platform.public_pem(),
        }
        for name, content in files.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_bytes(content)
        return {
            "WENLAN_STRIPE_SECRET_KEY": self.stripe_secret,
            "WENLAN_STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret,
            "WENLAN_STRIPE_API_URL": address,
            "WENLAN_WECHAT_APP_ID": self.wechat_app_id,
            "WENLAN_WECHAT_MERCHANT_ID": self.wechat_merchant_id,
            "WENLAN_WECHAT_MERCHANT_SERIAL": self.wechat_merchant_serial,
            "WENLAN_WECHAT_PRIVATE_KEY_FILE": str(folder / "wechat-private.pem"),
            "WENLAN_WECHAT_API_KEY": self.wechat_api_key,
            "WENLAN_WECHAT_PUBLIC_KEY_FILE": str(folder / "wechat-public.pem"),
            "WENLAN_WECHAT_PUBLIC_KEY_ID": self.wechat_public_key_id,
            "WENLAN_WECHAT_PHONE_PAY": "1",
            "WENLAN_WECHAT_API_URL": address,
            "WENLAN_ALIPAY_APP_ID": self.alipay_app_id,
            "WENLAN_ALIPAY_PRIVATE_KEY_FILE": str(folder / "alipay-private.pem"),
            "WENLAN_ALIPAY_PUBLIC_KEY_FILE": str(folder / "alipay-public.pem"),
            "WENLAN_ALIPAY_API_URL": f"{address}/gateway.do",
        }
