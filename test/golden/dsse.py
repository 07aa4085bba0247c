"""Writes dsse.golden.json: a policy signed as a DSSE envelope by the Python package cryptography, checked there too.

    python test/golden/dsse.py

Needs cryptography (made with the version that stands in the file). The key is made for this test from a fixed seed.
"""
import base64
import hashlib
import json
import pathlib

import cryptography
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED = bytes(range(32))
POLICY = b"schema: fleetlens.policy/1\nversion: 2.3.1\ntriggers: []\n"
TYPE = b"application/vnd.in-toto+json"

key = Ed25519PrivateKey.from_private_bytes(SEED)
spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
statement = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "policy.yaml", "digest": {"sha256": hashlib.sha256(POLICY).hexdigest()}}],
    "predicateType": "urn:fleetlens:predicate:policy:1",
    "predicate": {"schema": "fleetlens.policy/1", "version": "2.3.1", "compat": {"edge": None, "cloud": None}},
}
body = json.dumps(statement, separators=(",", ":")).encode()
pae = b" ".join([b"DSSEv1", str(len(TYPE)).encode(), TYPE, str(len(body)).encode(), body])
signature = key.sign(pae)
key.public_key().verify(signature, pae)

text = json.dumps(
    {
        "versions": {"cryptography": cryptography.__version__},
        "policy": POLICY.decode(),
        "seed": SEED.hex(),
        "publicKey": key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "pae": pae.decode(),
        "envelope": {
            "payloadType": TYPE.decode(),
            "payload": base64.b64encode(body).decode(),
            "signatures": [{"keyid": hashlib.sha256(spki).hexdigest(), "sig": base64.b64encode(signature).decode()}],
        },
    },
    indent=2,
)
pathlib.Path(__file__).with_suffix(".golden.json").write_text(text + "\n")
