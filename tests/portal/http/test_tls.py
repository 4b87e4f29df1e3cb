"""The connection goes to the checked address, the certificate is checked against the name."""

import datetime
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.http.factory import build_client
from portal.http.network import Network
from portal.http.transport import SocketTransport
from tests.portal.http.loopback import says, serving

NAME = "pictures.example"


@pytest.fixture
def server_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS for `NAME`, with a certificate that clients of this test trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context


def client_of(host: str, port: int) -> httpx.Client:
    network = Network(look_up=lambda name, _: ["127.0.0.1"])
    return build_client(f"https://{host}:{port}", transport=SocketTransport(network, connections=1, idle_seconds=1))


def test_certificate_of_the_name_is_accepted_at_the_address(server_tls: ssl.SSLContext) -> None:
    with serving(says(b"hello"), tls=server_tls) as server, client_of(NAME, server.port) as client:
        assert client.get("/").content == b"hello"


def test_certificate_of_another_name_fails_before_anything_is_sent(server_tls: ssl.SSLContext) -> None:
    with serving(says(b"hello"), tls=server_tls) as server, client_of("other.example", server.port) as client:
        with pytest.raises(httpx.ConnectError):
            client.get("/")

        assert server.requests == []
