"""ClamAV's protocol, spoken with its daemon and with daemons that misbehave."""

import contextlib
import io
import socket
import struct
import threading
import zipfile

import pytest
from clamd import CHUNK, Clamd, ScannerError
from clamd_daemon import EICAR, STREAM_MAX


def test_daemon_says_who_it_is(daemon):
    assert Clamd(daemon).version().startswith("ClamAV ")


def test_harmless_content_has_no_signature(daemon):
    assert Clamd(daemon).scan(io.BytesIO(b"G1 X1 Y1 E1\n" * 50_000)) is None


def test_test_file_is_found(daemon):
    assert "Eicar-Test" in Clamd(daemon).scan(io.BytesIO(EICAR))


def test_content_is_read_from_its_beginning_and_across_chunks(daemon):
    # The signature lies across the border of two chunks.
    stream = io.BytesIO(b"x" * (CHUNK - 20) + EICAR)
    stream.seek(10)
    assert "Eicar-Test" in Clamd(daemon).scan(stream)


def test_test_file_in_a_package_is_found(daemon):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("3D/3dmodel.model", EICAR)
    assert "Eicar-Test" in Clamd(daemon).scan(package)


@pytest.mark.parametrize("size", [STREAM_MAX + 1, 20 * STREAM_MAX])
def test_content_above_the_limit_is_told(daemon, size):
    with pytest.raises(ScannerError) as caught:
        Clamd(daemon).scan(io.BytesIO(bytes(size)))
    assert caught.value.code == "too_large"
    assert "StreamMaxLength" in caught.value.message


@pytest.mark.parametrize("address", ["/nonexistent/clamd.sock", ("127.0.0.1", 1)])
def test_nobody_listens(address):
    with pytest.raises(ScannerError) as caught:
        Clamd(address).scan(io.BytesIO(b"x"))
    assert caught.value.code == "unreachable"


def test_chunks_are_as_the_protocol_says():
    seen = []

    def daemon(connection):
        seen.extend(heard(connection))
        connection.sendall(b"stream: OK\0")

    content = bytes(range(256)) * 1024
    with listening(daemon) as address:
        assert Clamd(address).scan(io.BytesIO(content)) is None
    assert seen[0] == b"zINSTREAM\0"
    assert b"".join(seen[1:]) == content
    assert max(map(len, seen[1:])) == CHUNK


def test_answer_in_pieces_is_put_together():
    def daemon(connection):
        # Hanging up with something unread takes back what was answered.
        list(heard(connection))
        for piece in (b"stream: Te", b"st.A-1 FO", b"UND\0"):
            connection.sendall(piece)

    with listening(daemon) as address:
        assert Clamd(address).scan(io.BytesIO(b"x")) == "Test.A-1"


@pytest.mark.parametrize(
    "reply",
    [b"", b"\0", b"HTTP/1.1 400 Bad Request\0", b"stream: OKAY\0", b"a" * 100_000],
)
def test_other_answers_are_no_verdict(reply):
    with listening(lambda connection: connection.sendall(reply)) as address:
        with pytest.raises(ScannerError) as caught:
            Clamd(address).scan(io.BytesIO(b"x"))
        assert caught.value.code in ("protocol", "unreachable")
        assert len(caught.value.message) < 400
        with pytest.raises(ScannerError):
            Clamd(address).version()


def test_daemon_that_hangs_up_is_no_verdict():
    with listening(lambda connection: None) as address:
        with pytest.raises(ScannerError) as caught:
            Clamd(address).scan(io.BytesIO(bytes(50 * CHUNK)))
    assert caught.value.code in ("protocol", "unreachable")


@pytest.mark.parametrize("content", [b"x", bytes(200 * CHUNK)])
def test_silent_daemon_is_waited_for_no_longer_than_said(content):
    done = threading.Event()
    with listening(lambda connection: done.wait(30)) as address:
        with pytest.raises(ScannerError) as caught:
            Clamd(address, scan_seconds=0.3).scan(io.BytesIO(content))
        done.set()
    assert caught.value.code == "timeout"


def heard(connection):
    """The command and the chunks a client sends, to their end."""
    said = connection.makefile("rb")
    yield said.read(len(b"zINSTREAM\0"))
    while length := struct.unpack("!L", said.read(4))[0]:
        yield said.read(length)


@contextlib.contextmanager
def listening(daemon):
    """A daemon on a free port that treats each connection as the function says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    daemon(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        server.shutdown(socket.SHUT_RDWR)
