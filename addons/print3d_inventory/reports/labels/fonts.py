"""Fonts of the labels, and how wide a text is in them."""

from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# Regular and bold, the first found is the main one; letters it has not are taken from
# the next that has them. DejaVu and Liberation know Latin, Greek, Cyrillic and Hebrew.
FONT_FILES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"),
    ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
    ("NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
    ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)
# Of a letter's size, above the line it stands on.
ASCENT = 0.76


@lru_cache(maxsize=1)
def _get_faces():
    """Register the fonts that are there; return [(regular, bold, letters known)]."""
    wanted = {name for pair in FONT_FILES for name in pair}
    found = {}
    for folder in FONT_FOLDERS:
        root = Path(folder)
        if not root.is_dir():
            continue
        for path in sorted(root.rglob("*.ttf")):
            if path.name in wanted:
                found.setdefault(path.name, path)
    faces = []
    for index, (regular, bold) in enumerate(FONT_FILES):
        if regular not in found or bold not in found:
            continue
        names = (f"print3d-label-{index}", f"print3d-label-{index}-bold")
        try:
            fonts = [
                TTFont(name, str(found[file]))
                for name, file in zip(names, (regular, bold), strict=True)
            ]
        except TTFError:
            continue
        for font in fonts:
            pdfmetrics.registerFont(font)
        letters = frozenset.intersection(
            *(frozenset(font.face.charToGlyph) for font in fonts)
        )
        faces.append((*names, letters))
    return tuple(faces)


@lru_cache(maxsize=4096)
def _find_face(letter):
    """Return the index of the first font that has this letter, or None."""
    code = ord(letter)
    for index, face in enumerate(_get_faces()):
        if code in face[2]:
            return index
    return None


def knows(text):
    """Tell whether there is a font for every letter of ``text``."""
    if not _get_faces():
        return all(ord(letter) < 256 for letter in text)
    return all(_find_face(letter) is not None for letter in text)


def split_by_font(text, bold=False):
    """Return ``text`` as a list of (font name, part), each in a font that has it.

    Without any of the known fonts Helvetica is used, which prints Western letters
    only; others become question marks.
    """
    faces = _get_faces()
    if not faces:
        plain = text.encode("latin-1", "replace").decode("latin-1")
        return [("Helvetica-Bold" if bold else "Helvetica", plain)]
    parts = []
    for letter in text:
        index = _find_face(letter) or 0
        if parts and parts[-1][0] == index:
            parts[-1][1].append(letter)
        else:
            parts.append((index, [letter]))
    return [(faces[index][bold], "".join(letters)) for index, letters in parts]


def get_width(text, size, bold=False):
    """Return the width of ``text`` in points at ``size`` points."""
    return sum(
        pdfmetrics.stringWidth(part, font, size)
        for font, part in split_by_font(text, bold)
    )


def tidy(text):
    """Return ``text`` on one line, without what cannot be printed."""
    return " ".join(
        "".join(
            letter if letter.isprintable() else " " for letter in str(text or "")
        ).split()
    )


def cut(text, size, room, bold=False):
    """Return ``text``, cut with an ellipsis where it is wider than ``room`` points."""
    if get_width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if get_width(text[:middle].rstrip() + "…", size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def wrap(text, size, room, lines, bold=False):
    """Return ``text`` on up to ``lines`` lines of ``room`` points; the last is cut."""
    rows, words = [], text.split(" ")
    while words and len(rows) < lines - 1:
        row = words[0]
        count = 1
        while count < len(words):
            longer = f"{row} {words[count]}"
            if get_width(longer, size, bold) > room:
                break
            row = longer
            count += 1
        if get_width(row, size, bold) > room:
            # One word longer than the line: it is cut at its end, below.
            break
        rows.append(row)
        words = words[count:]
    if words:
        rows.append(cut(" ".join(words), size, room, bold))
    return rows
