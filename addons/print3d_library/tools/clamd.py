"""Client of ClamAV's daemon: is this content known to be harmful?

Speaks the protocol of `man clamd`, section COMMANDS: a command begins with ``z`` and
ends with a NUL byte, as the reply does. ``INSTREAM`` takes the content in chunks, each
after its length in four bytes (network order), and an empty chunk at the end. The
content goes through memory a chunk at a time and never to disk on our side.
"""

import contextlib
import re
import socket
import struct
import time

CHUNK = 64 * 1024
REPLY = 4096
CONNECT_SECONDS = 5.0
SCAN_SECONDS = 120.0
FOUND = re.compile(r"^stream: (?P<signature>.{1,200}) FOUND$")
TOO_LARGE = "size limit exceeded"


class ScannerError(Exception):
    """The scanner gave no verdict.

    :param code: ``unreachable`` (nobody listens), ``timeout`` (no answer in time),
        ``too_large`` (above the daemon's StreamMaxLength) or ``protocol`` (another
        answer than ClamAV's)
    :param message: an English sentence for the administrator
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class Clamd:
    """A daemon at a Unix socket or a TCP address; each call is a connection.

    :param address: path of the socket, or ``(host, port)``
    :param float connect_seconds: longest wait for the connection
    :param float scan_seconds: longest time for a call as a whole
    """

    def __init__(
        self, address, connect_seconds=CONNECT_SECONDS, scan_seconds=SCAN_SECONDS
    ):
        self.address = address
        self.connect_seconds = connect_seconds
        self.scan_seconds = scan_seconds

    def version(self):
        """What runs there, as in ``ClamAV 1.0.7/27400/Tue Sep 10 2024``.

        :raises ScannerError: nobody answers, or something that is not ClamAV
        """
        with self._connection() as call:
            call.send(b"zVERSION\0")
            reply = call.reply()
        if not reply.startswith("ClamAV"):
            raise _protocol(reply)
        return reply

    def scan(self, stream):
        """Have a content looked at, from its beginning.

        :param stream: seekable binary file object
        :return: name of the signature that was found, or ``None`` when there is none
        :raises ScannerError: there is no verdict
        """
        stream.seek(0)
        with self._connection() as call:
            try:
                call.send(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK):
                    call.send(struct.pack("!L", len(chunk)) + chunk)
                call.send(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                # The daemon stopped listening: its reply says why.
                call.broken = True
            reply = call.reply()
        if reply == "stream: OK":
            return None
        found = FOUND.match(reply)
        if found:
            return found["signature"]
        if call.broken and not reply:
            raise ScannerError(
                "unreachable",
                f"The scanner at {self._where()} broke off in the middle of a content.",
            )
        if TOO_LARGE in reply:
            raise ScannerError(
                "too_large",
                "The content is larger than the scanner takes (StreamMaxLength in "
                "clamd.conf).",
            )
        raise _protocol(reply)

    @contextlib.contextmanager
    def _connection(self):
        try:
            with self._connect() as connected:
                yield _Call(connected, time.monotonic() + self.scan_seconds)
        except TimeoutError as error:
            raise ScannerError(
                "timeout", f"The scanner at {self._where()} did not answer in time."
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise ScannerError(
                "unreachable",
                f"The scanner at {self._where()} cannot be reached: {reason}.",
            ) from error

    def _connect(self):
        if not isinstance(self.address, str):
            return socket.create_connection(self.address, self.connect_seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self.connect_seconds)
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection

    def _where(self):
        if isinstance(self.address, str):
            return self.address
        return ":".join(map(str, self.address))


class _Call:
    """A connection that has to be done with at a moment."""

    def __init__(self, connection, deadline):
        self._connection = connection
        self._deadline = deadline
        self.broken = False

    def send(self, data):
        self._set_timeout()
        self._connection.sendall(data)

    def reply(self):
        """The answer without its NUL byte; empty when there is none."""
        reply = b""
        try:
            while b"\0" not in reply and len(reply) < REPLY:
                self._set_timeout()
                data = self._connection.recv(REPLY)
                if not data:
                    break
                reply += data
        except ConnectionResetError:
            self.broken = True
        return reply.split(b"\0")[0].decode("utf-8", "replace").strip()

    def _set_timeout(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)


def _protocol(reply):
    what = f"{reply[:200]!r}" if reply else "nothing"
    return ScannerError("protocol", f"The scanner answered {what}.")
