"""ClamAV's own daemon, run for tests with a tiny database. Needs no Odoo.

The database holds the signature of the EICAR test file (www.eicar.org), which is made
to be found and does nothing, so nothing has to be downloaded.
"""

import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

# In pieces, so that no scanner takes this checkout for the test file.
EICAR = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}"
    rb"$EICAR-STANDARD-ANTIVIRUS"
    rb"-TEST-FILE!$H+H*"
)
STREAM_MAX = 2 * 1024 * 1024
START_SECONDS = 60

CONF = """\
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}
StreamMaxLength {stream_max}
MaxThreads 2
ConcurrentDatabaseReload no
SelfCheck 0
"""


def find():
    """The program, or None where Debian's clamav-daemon is not installed."""
    return shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")


@contextlib.contextmanager
def running():
    """A daemon of our own for as long as the block runs.

    :return: path of its socket
    """
    # Not below pytest's folders: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        folder = Path(folder)
        (folder / "db").mkdir()
        # https://docs.clamav.net/manual/Signatures/ExtendedSignatures.html
        (folder / "db" / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
        conf = folder / "clamd.conf"
        conf.write_text(CONF.format(folder=folder, stream_max=STREAM_MAX))
        log = folder / "log"
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                [find(), "--config-file", str(conf)],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            socket = folder / "clamd.sock"
            deadline = time.monotonic() + START_SECONDS
            while not socket.exists():
                if daemon.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(log.read_text())
                time.sleep(0.05)
            yield str(socket)
        finally:
            daemon.terminate()
            daemon.wait()
