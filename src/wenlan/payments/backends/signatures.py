"""RSA signatures as WeChat Pay and Alipay make them: PKCS #1 v1.5 over SHA-256, in Base64."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from wenlan.payments.ports import ProviderUnavailable


def signature_of(text: bytes, *, key_file: Path | None) -> str:
    """The merchant's signature. Raises ProviderUnavailable where the key cannot be used: nothing was asked yet."""
    key = _private_key(key_file)
    return base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode("ascii")


def is_signed(text: bytes, *, signature: str, key_file: Path | None) -> bool:
    """Whether the company whose public key is in the file has signed `text`."""
    try:
        decoded = base64.b64decode(signature, validate=True)
        _public_key(key_file).verify(decoded, text, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def _private_key(file: Path | None) -> RSAPrivateKey:
    if file is None:
        raise ProviderUnavailable("The settings name no private key.")
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ProviderUnavailable(f"The key in {file} cannot be used: {error}") from error
    if not isinstance(key, RSAPrivateKey):
        raise ProviderUnavailable(f"The key in {file} is no RSA key.")
    return key


@lru_cache(maxsize=8)
def _public_key(file: Path | None) -> RSAPublicKey:
    if file is None:
        raise ProviderUnavailable("The settings name no public key.")
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise ProviderUnavailable(f"The key in {file} cannot be used: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise ProviderUnavailable(f"The key in {file} is no RSA key.")
    return key
