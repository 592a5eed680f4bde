"""Members of a zip package (3MF, UFP), read with suspicion.

Nothing is written to disk and archives inside are never opened. Every member goes
through a stream that counts the bytes that really come out, so that sizes stated by
the file are never trusted. Limits are far above what slicers write: the largest
project seen has 60 members and 20 MB.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib

from .errors import SlicedFileError

CHUNK = 1024 * 1024
MAX_MEMBERS = 5_000
MAX_DIRECTORY = 2 * 1024 * 1024
MAX_NAME = 1_024
# Of all members as stated, and of all that is read of one file, repeated reads too.
MAX_TOTAL = 2 * 1024**3
MAX_GCODE = 1024**3
MAX_PART = 8 * 1024 * 1024
# Beyond this size a member must not shrink more than so many times. Deflate reaches
# 1032; text of slicers 3 to 10; G-code of repeated moves comes near the former, which
# is why a toolpath gets more room than other members.
RATIO = 200
RATIO_FROM = 64 * 1024 * 1024
RATIO_FROM_GCODE = 256 * 1024 * 1024
END_RECORD = b"PK\x05\x06"
# Kinds of entries that unpack to a file or a folder (0: not made on Unix).
PLAIN_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)
UNIX = 3
# Pictures a designer adds may differ in case only; nothing here is read by name.
FREE_NAMES = "auxiliaries/"


class Container:
    """A zip file whose members are checked before any is read.

    :param stream: seekable binary file
    :param size: its size in bytes
    :raises SlicedFileError: ``truncated``, ``bad_zip``, ``bad_name``, ``encrypted``,
        ``too_large`` or ``zip_bomb``
    """

    def __init__(self, stream, size):
        _check_end(stream, size)
        self._size = size
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(_Bounded(stream))
        except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
            raise _damaged() from error
        except NotImplementedError as error:
            raise _damaged("it needs a newer zip version") from error
        self._members = {}
        self._check()

    def _check(self):
        entries = self._zip.infolist()
        if len(entries) > MAX_MEMBERS:
            raise SlicedFileError(
                "too_large",
                f"The package holds {len(entries)} files, more than any slicer writes. "
                "Export the sliced file again.",
                members=len(entries),
            )
        seen = set()
        for info in entries:
            name = safe_name(info.orig_filename)
            _check_kind(name, info)
            if info.is_dir():
                continue
            self._check_name(name, seen)
            if info.flag_bits & 0x1:
                raise SlicedFileError(
                    "encrypted",
                    f"{shown(name)} in the package is encrypted. Export the sliced "
                    "file without a password.",
                    name=name,
                )
            _check_ratio(name, info.file_size, info.compress_size)
            self._members[name] = info
        total = sum(info.file_size for info in entries)
        if total > MAX_TOTAL:
            raise _bomb()
        _check_ratio(".gcode", total, sum(info.compress_size for info in entries))
        _check_overlap(entries, self._zip.start_dir)

    def _check_name(self, name, seen):
        """Refuse names that are the same, or would be on some computers.

        Names that differ only in case or in the form of their letters are the same
        part (Open Packaging Conventions, ISO/IEC 29500-2, section 6.2.2.3).
        """
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen and not (
            folded.startswith(FREE_NAMES) and name not in self._members
        ):
            raise SlicedFileError(
                "bad_name",
                f"The package holds two files named {shown(name)}; it is unclear which "
                "one counts. Export the sliced file again.",
                name=name,
            )
        seen.add(folded)

    def __contains__(self, name):
        return name in self._members

    @property
    def names(self):
        """Names in the order of the archive, without a leading slash."""
        return list(self._members)

    def original_name(self, name):
        """The name as the archive states it: UFP begins names with a slash."""
        return self._members[name].filename

    def stated_size(self, name):
        """Bytes a member unpacks to, as the archive states it."""
        return self._members[name].file_size

    def matching(self, pattern):
        """Matches of a regular expression on whole names, in archive order."""
        found = (re.fullmatch(pattern, name) for name in self._members)
        return [match for match in found if match]

    def stream(self, name, limit=MAX_GCODE):
        """Bytes of a member, in chunks.

        :param name: name as in :attr:`names`
        :param limit: most bytes that may come out
        :raises SlicedFileError: ``bad_zip``, ``zip_bomb``, ``too_large``
        """
        info = self._members[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged(f"{shown(name)} is packed in an unknown way")
        done = 0
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(CHUNK):
                    done += len(chunk)
                    if done > limit:
                        raise _too_large(name, limit)
                    _check_ratio(name, done, info.compress_size)
                    self._count(len(chunk))
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise _damaged(f"{shown(name)} cannot be unpacked") from error
        except (NotImplementedError, RuntimeError) as error:
            raise _damaged(f"{shown(name)} is packed in an unknown way") from error

    def _count(self, length):
        """Add up what was unpacked, of all members and at every read of them."""
        self._read += length
        if self._read > MAX_TOTAL:
            raise _bomb()
        _check_ratio(".gcode", self._read, self._size)

    def read_part(self, name, limit=MAX_PART):
        """A whole member, at most ``limit`` bytes of it.

        :raises SlicedFileError: ``bad_zip``, ``zip_bomb``, ``too_large``
        """
        return b"".join(self.stream(name, limit))

    def head(self, name, length):
        """The first bytes of a member, whatever its size."""
        data = b""
        for chunk in self.stream(name):
            data += chunk
            if len(data) >= length:
                break
        return data[:length]


class _Bounded:
    """A file for ``zipfile`` to read, which trusts the sizes a package states.

    Nothing read at once is larger than a list of contents may be; members are read
    by smaller pieces.
    """

    def __init__(self, stream):
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def seekable(self):
        return True

    def read(self, size=-1):
        if size > MAX_DIRECTORY:
            raise _large_directory()
        if size >= 0:
            return self._stream.read(size)
        data = self._stream.read(MAX_DIRECTORY + 1)
        if len(data) > MAX_DIRECTORY:
            raise _large_directory()
        return data


def safe_name(name):
    """A member name that stays inside the package, or an error.

    One leading slash is dropped, as UFP packages write it; backslashes, which old
    programs on Windows write, become slashes.

    :raises SlicedFileError: ``bad_name``
    """
    path = name[1:] if name.startswith("/") else name
    parts = re.split(r"[\\/]", path)
    if (
        not path
        or len(path) > MAX_NAME
        or "\x00" in path
        or ".." in parts
        or path[0] in "\\/"
        or re.match(r"[A-Za-z]:", path)
    ):
        raise SlicedFileError(
            "bad_name",
            f"The package names a file outside of itself ({shown(name)}), which no "
            "slicer does. Do not use it; export the sliced file again.",
            name=name[:MAX_NAME],
        )
    return "/".join(part for part in parts if part not in ("", "."))


def shown(name):
    """A member name for a message: quoted, short, without control characters."""
    return repr(name if len(name) <= 80 else name[:79] + "…")


def _check_kind(name, info):
    """Refuse links and devices, which only mean something when unpacked."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.create_system == UNIX and kind not in PLAIN_KINDS:
        raise SlicedFileError(
            "bad_name",
            f"{shown(name)} in the package is no file but a link or a device, which no "
            "slicer writes. Do not use it; export the sliced file again.",
            name=name,
        )


def _check_end(stream, size):
    """Refuse a cut package."""
    length = min(size, 66_000)
    stream.seek(size - length)
    end = stream.read(length)
    stream.seek(0)
    position = end.rfind(END_RECORD)
    if position < 0 or len(end) - position < 22:
        raise SlicedFileError(
            "truncated",
            "The package is cut short: its list of contents is missing. Copy or "
            "download the file again.",
        )


def _large_directory():
    return SlicedFileError(
        "too_large",
        "The package's list of contents is larger than any slicer writes. Export the "
        "sliced file again.",
    )


def _check_ratio(name, size, packed):
    start = RATIO_FROM_GCODE if name.endswith(".gcode") else RATIO_FROM
    if size > start and size > RATIO * max(packed, 1):
        raise _bomb(name)


def _check_overlap(members, directory):
    """Members that share bytes are the trick of small bombs (overlapping entries)."""
    end = directory
    for info in sorted(members, key=lambda info: info.header_offset, reverse=True):
        # 30 bytes of local header; its name is as long as the directory's.
        if info.header_offset + 30 + info.compress_size > end:
            raise _bomb(info.filename)
        end = info.header_offset


def _too_large(name, limit):
    return SlicedFileError(
        "too_large",
        f"{shown(name)} in the package unpacks to more than {limit // 1024**2} MB, "
        "more than any slicer writes. Export the sliced file again.",
        name=name,
    )


def _bomb(name=""):
    inside = f" ({shown(name)})" if name else ""
    return SlicedFileError(
        "zip_bomb",
        f"The package unpacks to far more than its size allows{inside}; it was made "
        "to fill memory or is damaged. Do not use it.",
        name=name,
    )


def _damaged(why="its contents do not fit together"):
    return SlicedFileError(
        "bad_zip",
        f"The package is damaged: {why}. Copy it or export the sliced file again.",
    )
