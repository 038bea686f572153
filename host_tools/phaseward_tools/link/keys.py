"""Keys of a box, and the answer to its challenge. docs/SECURITY.md says what they protect."""

import hashlib
import hmac

LEVELS = {"technician": 1, "manufacturer": 2}
KEY_BYTES = 32


def response(key: bytes, level: str, identity: int, challenge: str) -> str:
    """The answer to a challenge: half of HMAC-SHA256, as 32 hex digits."""
    message = f"phaseward login 1|{LEVELS[level]}|{identity}|{challenge}"
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:32]


def device_key(master: bytes, level: str, identity: int) -> bytes:
    """A box's own key, derived from a secret of its operator: one box's key opens no other.

    master : at least 32 random bytes, kept where the boxes are not
    """
    if len(master) < KEY_BYTES:
        raise ValueError(f"a master secret has at least {KEY_BYTES} bytes, not {len(master)}")
    message = f"phaseward key 1|{LEVELS[level]}|{identity}"
    return hmac.new(master, message.encode(), hashlib.sha256).digest()
