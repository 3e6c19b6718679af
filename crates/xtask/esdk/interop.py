"""kmsim against the official AWS Encryption SDK for Python. `cargo xtask esdk` runs it.

    interop.py raw MESSAGE       both directions with raw AES keys; MESSAGE is the example program
                                 `message` of kmsim-envelope
    interop.py kms KMSIM         both directions with KMS keys; KMSIM is the command `kmsim`, which
                                 answers the calls of the SDK too
    interop.py vectors FILE      writes fixtures/envelope/sdk.json

Every message is of one suite, one way to divide the body, one encryption context and one length.
"""

import base64
import itertools
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

# No credentials of anybody are read, and nothing is signed for a service that exists.
os.environ.update(
    AWS_ACCESS_KEY_ID="unused",
    AWS_SECRET_ACCESS_KEY="unused",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)

import aws_encryption_sdk
import botocore.session
from aws_encryption_sdk.identifiers import (
    AlgorithmSuite,
    CommitmentPolicy,
    EncryptionKeyType,
    WrappingAlgorithm,
)
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.kms import (
    DiscoveryAwsKmsMasterKeyProvider,
    StrictAwsKmsMasterKeyProvider,
)
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider
from botocore.awsrequest import AWSResponse

# Failures are raised, and told once.
logging.disable(logging.CRITICAL)

SUITES = sorted(AlgorithmSuite, key=lambda suite: -suite.algorithm_id)
CONTEXTS = [{}, {"purpose": "test", "b": "", "é": "ü"}]
# 0 is the SDK's way to ask for an unframed body.
FRAME_LENGTHS = [0, 128, 4096]
LENGTHS = [0, 1, 127, 128, 129, 256, 5000]

NAMESPACE = "kmsim"
RAW_KEYS = {
    "128": (bytes([1] * 16), WrappingAlgorithm.AES_128_GCM_IV12_TAG16_NO_PADDING),
    "192": (bytes([2] * 24), WrappingAlgorithm.AES_192_GCM_IV12_TAG16_NO_PADDING),
    "256": (bytes([3] * 32), WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING),
}


class RawKeys(RawMasterKeyProvider):
    """A provider of some of RAW_KEYS; the first encrypts."""

    provider_id = NAMESPACE

    @classmethod
    def of(cls, names):
        provider = cls()
        for name in names:
            provider.add_master_key(name)
        return provider

    def _get_raw_key(self, key_id):
        key, algorithm = RAW_KEYS[key_id if isinstance(key_id, str) else key_id.decode()]
        return WrappingKey(
            wrapping_algorithm=algorithm,
            wrapping_key=key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def suite_id(suite):
    return f"{suite.algorithm_id:#06x}"


def client(suite):
    """A client that may use the suite in both directions."""
    if suite.algorithm_id >= 0x0400:
        policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    else:
        policy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)


def sdk_encrypt(provider, suite, plaintext, context, frame_length):
    message, _ = client(suite).encrypt(
        source=plaintext,
        key_provider=provider,
        encryption_context=context,
        algorithm=suite,
        frame_length=frame_length,
    )
    return message


def sdk_decrypt(provider, suite, message, context):
    plaintext, header = client(suite).decrypt(source=message, key_provider=provider)
    found = dict(header.encryption_context)
    signed = found.pop("aws-crypto-public-key", None) is not None
    assert signed == (suite.signing_algorithm_info is not None), suite_id(suite)
    assert found == context, (suite_id(suite), found)
    return plaintext


def plaintext_of(length):
    return random.Random(length).randbytes(length)


def run(arguments, stdin=b""):
    done = subprocess.run(arguments, input=stdin, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{arguments} failed ({done.returncode}):\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def both_directions(providers, lengths, ours_encrypt, ours_decrypt):
    """providers: pairs of the SDK's provider and the names of its keys."""
    read = written = 0
    for case in itertools.product(providers, SUITES, FRAME_LENGTHS, CONTEXTS, lengths):
        (provider, keys), suite, frame_length, context, length = case
        plaintext = plaintext_of(length)
        message = sdk_encrypt(provider, suite, plaintext, context, frame_length)
        assert ours_decrypt(keys, message) == plaintext, ("kmsim reads", case)
        read += 1
        if frame_length == 0:
            continue
        message = ours_encrypt(keys, suite, plaintext, context, frame_length)
        assert sdk_decrypt(provider, suite, message, context) == plaintext, ("SDK reads", case)
        written += 1
    print(f"kmsim read {read} messages of the SDK, the SDK read {written} of kmsim")


def raw(message_program):
    def keys_of(names):
        return [NAMESPACE] + [f"{name}={RAW_KEYS[name][0].hex()}" for name in names]

    def encrypt(names, suite, plaintext, context, frame_length):
        settings = [f"suite={suite_id(suite)}", f"frame={frame_length}"]
        settings += [f"context={key}={value}" for key, value in context.items()]
        return run([message_program, "encrypt", *keys_of(names), *settings], plaintext)

    def decrypt(names, message):
        return run([message_program, "decrypt", *keys_of(names)], message)

    sets = [["256"], ["128", "192", "256"]]
    providers = [(RawKeys.of(names), names) for names in sets]
    both_directions(providers, LENGTHS, encrypt, decrypt)


class Kmsim:
    """The command `kmsim` with a state of its own: a KMS for the SDK, and the other side."""

    PRINCIPAL = "arn:aws:iam::111122223333:root"

    def __init__(self, program, folder):
        self.program = program
        self.folder = Path(folder)
        self.common = ["--as", self.PRINCIPAL, "--state", str(self.folder / "state")]
        self.session = botocore.session.Session()
        self.session.register("before-send.kms", self.before_send)

    def call(self, operation, body):
        """Status and body of the response to a call of the API."""
        arguments = [self.program, "call", operation, "--format", "json", *self.common]
        done = subprocess.run(arguments, input=body, capture_output=True)
        try:
            json.loads(done.stdout)
        except ValueError:
            sys.exit(f"{arguments}: no JSON:\n{done.stdout!r}\n{done.stderr.decode()}")
        return (200 if done.returncode == 0 else 400), done.stdout

    def ask(self, operation, **parameters):
        status, body = self.call(operation, json.dumps(parameters).encode())
        assert status == 200, (operation, body)
        return json.loads(body)

    def before_send(self, request, **_):
        """Answers in the place of the service: botocore sends nothing if this returns something."""
        operation = request.headers["X-Amz-Target"]
        if isinstance(operation, bytes):
            operation = operation.decode()
        status, body = self.call(operation.rsplit(".", 1)[1], request.body)
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, Body(body))

    def encrypt(self, keys, suite, plaintext, context, frame_length):
        source, target = self.folder / "plaintext", self.folder / "encrypted"
        source.write_bytes(plaintext)
        arguments = [self.program, "encrypt", str(source), "--output", str(target), *self.common]
        for key in keys:
            arguments += ["--key", key]
        for key, value in context.items():
            arguments += ["--encryption-context", f"{key}={value}"]
        arguments += ["--suite", suite_id(suite), "--frame-length", str(frame_length)]
        if not suite.is_committing():
            arguments += ["--commitment-policy", "forbid-encrypt-allow-decrypt"]
        target.unlink(missing_ok=True)
        run(arguments)
        return target.read_bytes()

    def decrypt(self, keys, message):
        source, target = self.folder / "message", self.folder / "decrypted"
        source.write_bytes(message)
        arguments = [self.program, "decrypt", str(source), "--output", str(target), *self.common]
        for key in keys:
            arguments += ["--key", key]
        # Messages of all suites, also of those without key commitment.
        arguments += ["--commitment-policy", "require-encrypt-allow-decrypt"]
        target.unlink(missing_ok=True)
        run(arguments)
        return target.read_bytes()


class Body:
    """What AWSResponse reads a body from."""

    def __init__(self, content):
        self.content = content

    def stream(self, **_):
        yield self.content


def kms(program):
    with tempfile.TemporaryDirectory() as folder:
        kmsim = Kmsim(program, folder)
        one, two = (kmsim.ask("CreateKey")["KeyMetadata"]["Arn"] for _ in range(2))

        def strict(keys):
            provider = StrictAwsKmsMasterKeyProvider(key_ids=keys, botocore_session=kmsim.session)
            return provider, keys

        # Each message starts kmsim two to four times, so fewer lengths do.
        providers = [strict([one]), strict([one, two])]
        both_directions(providers, [0, 300], kmsim.encrypt, kmsim.decrypt)

        # The key by its alias on one side, by what the message names on the other.
        kmsim.ask("CreateAlias", AliasName="alias/app", TargetKeyId=one)
        discovery = DiscoveryAwsKmsMasterKeyProvider(botocore_session=kmsim.session)
        suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
        message = kmsim.encrypt(["alias/app"], suite, b"plaintext", {}, 4096)
        assert sdk_decrypt(discovery, suite, message, {}) == b"plaintext"
        by_alias, _ = strict(["alias/app"])
        message = sdk_encrypt(by_alias, suite, b"plaintext", {}, 4096)
        assert kmsim.decrypt([one], message) == b"plaintext"

        # A key that is disabled decrypts nothing, and the SDK is told so.
        kmsim.ask("DisableKey", KeyId=one)
        provider, _ = strict([one])
        try:
            sdk_decrypt(provider, suite, message, {})
        except aws_encryption_sdk.exceptions.DecryptKeyError:
            print("a disabled key decrypts nothing")
        else:
            sys.exit("a disabled key decrypted a message")


def vectors(path):
    messages = []
    for suite in SUITES:
        for frame_length, length, wrapped_by, context in [
            (0, 70, ["256"], {}),
            (128, 300, ["256", "128", "192"], {"purpose": "test", "b": "", "é": "ü"}),
            (128, 256, ["128"], {"a": "1"}),
            (4096, 0, ["192"], {}),
        ]:
            plaintext = plaintext_of(length)
            provider = RawKeys.of(wrapped_by)
            message = sdk_encrypt(provider, suite, plaintext, context, frame_length)
            body = f"frames of {frame_length}" if frame_length else "unframed"
            messages.append(
                {
                    "name": f"{suite.algorithm_id:04x}, {length} bytes, {body}",
                    "suite": suite_id(suite),
                    "frameLength": frame_length or None,
                    "wrappedBy": wrapped_by,
                    "context": context,
                    "plaintext": base64.b64encode(plaintext).decode(),
                    "message": base64.b64encode(message).decode(),
                }
            )
    version = aws_encryption_sdk.identifiers.__version__
    file = {
        "description": f"Messages of the AWS Encryption SDK for Python {version}",
        "namespace": NAMESPACE,
        "keys": {name: base64.b64encode(key).decode() for name, (key, _) in RAW_KEYS.items()},
        "messages": messages,
    }
    Path(path).write_text(json.dumps(file, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(messages)} messages written to {path}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["raw", program]:
            raw(program)
        case ["kms", program]:
            kms(program)
        case ["vectors", path]:
            vectors(path)
        case _:
            sys.exit(__doc__)
