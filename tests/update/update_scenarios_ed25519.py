"""SHA-512 and Ed25519 against the numbers printed in FIPS 180-4's examples and RFC 8032, 7.1."""

from binascii import hexlify, unhexlify

from phaseward.update.ed25519 import ORDER, decoded, verify
from phaseward.update.sha512 import sha512
from phaseward_tools.signing import public_key, sign

# Secret seed, public key, message, signature: RFC 8032, section 7.1, TEST 1, 2, 3.
VECTORS = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
ABC = (
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
    "454d4423643ce80e2a9ac94fa54ca49f"
)
TWO_BLOCKS = (
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433a"
    "c7d329eeb6dd26545e96e55b874be909"
)


def scenario_sha512_of_the_standards_examples():
    assert sha512(b"abc") == unhexlify(ABC)
    letters = b"".join([bytes(range(97 + i, 105 + i)) for i in range(14)])
    assert sha512(letters) == unhexlify(TWO_BLOCKS)


def scenario_the_rfcs_signatures_are_right():
    for _, key, message, signature in VECTORS:
        assert verify(unhexlify(key), unhexlify(message), unhexlify(signature))


def scenario_the_same_signatures_are_made():
    for seed, key, message, signature in VECTORS:
        assert hexlify(public_key(unhexlify(seed))).decode() == key
        assert hexlify(sign(unhexlify(seed), unhexlify(message))).decode() == signature


def scenario_anything_else_is_refused():
    _, key, message, signature = [unhexlify(text) for text in VECTORS[2]]
    assert not verify(key, message + b"\x00", signature)
    assert not verify(key, message, signature[:63])
    assert not verify(key[:31], message, signature)
    assert not verify(unhexlify(VECTORS[1][1]), message, signature)
    for at in (0, 20, 31, 32, 50, 63):
        broken = bytearray(signature)
        broken[at] ^= 1
        assert not verify(key, message, bytes(broken))


def scenario_a_signature_is_accepted_in_one_form_only():
    """S + ORDER is the same number modulo the order, and must not pass (RFC 8032, 5.1.7)."""
    _, key, message, signature = [unhexlify(text) for text in VECTORS[2]]
    twin = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify(key, message, signature[:32] + twin.to_bytes(32, "little"))


def scenario_bytes_that_are_no_point_are_no_key():
    assert decoded(b"\xff" * 32) is None
    assert decoded(b"\x02" + bytes(31)) is None  # y = 2 is on no point
    assert not verify(b"\xff" * 32, b"", bytes(64))
