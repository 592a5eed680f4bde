"""What the name of a file says: title, variant, version, how it was sliced.

People and slicers put it all into one name, as in
``Phone stand_left_v3_0.2mm_PLA_MK4_1h5m (1).gcode``. A name is read from its end: as
long as its last word is a version, a word of a slicer, or the word of a variant, it is
taken off. What is left is the title.

Some words may be either ("lid" is a part of a box, or all there is to the model), so
that each name has two readings: the strict one takes only certain words off, the loose
one takes the uncertain off too. Which one holds is known by the names beside it.
"""

import re
import unicodedata
from dataclasses import dataclass

ENDINGS = re.compile(
    r"(?i)(\.gcode)?\.(gcode|gco|g|gx|3mf|bgcode|ufp|stl|obj|amf|step|stp|ply|png|jpe?g|"
    r"webp|gif|bmp|txt|md|markdown|html?|pdf|csv|xlsx?|tsv|json|zip|[a-z0-9]{1,8})$"
)
TOKEN = re.compile(
    # A date is one word whatever stands between its parts.
    r"(?<!\d)20\d\d(?P<sep>[-_.]?)[01]\d(?P=sep)[0-3]\d(?!\d)"
    r"|(?:(?<=\d)[.,](?=\d)|^[.,](?=\d)|(?<=[\s_-])[.,](?=\d)|[^\s_\-,;.()\[\]{}])+"
)
OPENING = "([{"

MATERIALS = re.compile(
    r"(?i)(?:pla|petg|pet|abs|asa|tpu|tpe|pva|hips|nylon|pp|pc|pa\d{0,2}|pla\+|plus|"
    r"pctg|pps|peek|pei|(?:pla|petg|pet|abs|asa|pa|pc|pa6|pa12)[-+]?(?:cf|gf|hf))"
)
# Also words of other things when they are not written as a material is.
UPPER_MATERIALS = {"pet", "pc", "pa", "pp", "plus"}
PRINTERS = re.compile(
    r"(?i)(?:mk[234](?:\.5|\.9)?s?\+?(?:is)?(?:mmu[23]?s?)?|mini(?:is)|x1[ce]?|p[12][ps]|"
    r"a1(?:m|mini)?|h2[dsc]|k[12](?:c|max|se|plus)?|ender\d*(?:v\d|s\d|pro|se|ke)*|"
    r"cr-?\d+\w{0,3}|ce[356](?:\w{0,4})|v0|voron|prusa|bambu|creality|qidi|anycubic|"
    r"elegoo|sovol|sv0\d\w*|kobra\d*|neptune\d*|um[235s]\w?|ultimaker\w*|adventurer\w*|"
    r"flashforge|coreone|snapmaker|u1|artillery|raise3d)"
)
LAYER = re.compile(r"(?i)0?[.,]\d{1,3}(?:mm|n|nozzle|layers?)?")
INFILL = re.compile(r"(?i)\d{1,3}(?:%|pct|percent|infill|inf)")
LONG_TIME = re.compile(
    r"(?i)(?=(?:\d+[a-z]+){2})(?:\d+d)?(?:\d+h(?:r|rs)?)?(?:\d+m(?:in)?)?(?:\d+s(?:ec)?)?"
)
SHORT_TIME = re.compile(r"(?i)\d+(?:d|h|hrs?|m|min|s|sec)")
PROFILE_WORDS = set(
    "draft quality speed sliced support supports nosupport nosupports supported "
    "unsupported presupported brim raft nozzle layer layers infill vase silent "
    "gcode stl 3mf print ready prepared multicolor multicolour ams mmu".split()
)
# Only beside another word of a slicer.
WEAK_PROFILE_WORDS = set(
    "mini xl max pro se hyper silk matte basic high speed fine normal fast standard "
    "structural optimal extra core one neo klipper".split()
)

VERSION = re.compile(r"(?i)(?:v|ver|version|rev|revision)\.?(\d+(?:[._]\d+)*)([a-z]?)")
CAMEL_VERSION = re.compile(r"(?<=[a-z])V(\d{1,2})$")
RELEASE = re.compile(r"(?i)(?:r|rc|mk)(\d{1,2})")
VERSION_MARKS = {"v", "ver", "version", "rev", "revision"}
DATE = re.compile(r"(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)")
# Words of a later or an earlier version, and where they stand among the numbered.
VERSION_WORDS = {
    "old": -20,
    "alt": -20,
    "backup": -20,
    "bak": -20,
    "orig": -10,
    "original": -10,
    "new": 10,
    "neu": 10,
    "fix": 10,
    "fixed": 10,
    "repaired": 10,
    "updated": 10,
    "update": 10,
    "improved": 10,
    "latest": 30,
    "final": 20,
    "finished": 20,
    "endgültig": 20,
}
VERSION_WORD = re.compile(
    rf"(?i)({'|'.join(sorted(VERSION_WORDS, key=len, reverse=True))})(\d{{0,2}})"
)
COPY_OF = re.compile(r"(?i)^(?:copy of|kopie von|copie de|copia de)[ _]+(?=\S)")
COPY_WORDS = {"copy", "kopie", "copie", "copia", "kopia"}

SIZES = set(
    "xs xxl xxs small medium large big tiny huge mini maxi giant short long thin thick "
    "wide narrow tall klein gross groß mittel kurz lang petit grand".split()
)
COLOURS = set(
    "black white red green blue yellow orange purple violet pink brown grey gray gold "
    "silver beige cyan magenta transparent clear schwarz weiss weiß rot grün gruen "
    "blau gelb braun grau noir blanc rouge vert bleu".split()
)
SIDES = set("left right links rechts lh rh mirrored mirror gauche droite".split())
DIMENSION = re.compile(
    r"(?i)(?:\d+(?:[.,]\d+)?(?:x\d+(?:[.,]\d+)?){0,2}(?:mm|cm|in|inch|ml|l)"
    r"|\d+(?:[.,]\d+)?(?:x\d+(?:[.,]\d+)?){1,2}|m\d{1,2}(?:x\d+)?)"
)
PARTS = set(
    "lid body base top bottom cover front back rear side inner outer upper lower "
    "middle insert arm arms head leg legs foot feet wing wings door knob hinge pin "
    "pins deckel boden unterteil oberteil teil".split()
)
LETTERS = set("smlrabcdefgh") | {"xl"}
PAIRED = {"part", "teil", "plate", "piece", "no", "nr"}
PLATE = re.compile(r"(?i)plate(\d{1,2})")


@dataclass(frozen=True)
class Reading:
    """One way to read a name.

    :param title: what the model is called, as written; empty when no word is left
    :param variant: words of the variant in their order
    """

    title: str
    variant: tuple = ()

    @property
    def key(self):
        """The title for comparisons: no case, no accents, nothing between words."""
        return squash(self.title)


@dataclass(frozen=True)
class Name:
    """What the name of a file says.

    :param stem: the name without its ending
    :param strict: its reading by certain words
    :param loose: its reading by uncertain words too; equal where there are none
    :param version: place among versions, to sort by; ``()`` where none is stated
    :param version_text: the words it was read from
    :param profile: words of slicers, as ``("0.2mm", "PLA", "MK4")``
    """

    stem: str
    strict: Reading
    loose: Reading
    version: tuple = ()
    version_text: str = ""
    profile: tuple = ()

    @property
    def key(self):
        """The whole stem for comparisons."""
        return squash(self.stem)


def squash(text):
    """A text for comparisons: without case, accents and what stands between words."""
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        char for char in text if char.isalnum() or unicodedata.category(char) == "So"
    )


def tidy(text):
    """A title made of part of a file name: ``phone_stand`` becomes ``Phone stand``."""
    text = re.sub(r"[_\s]+", " ", unicodedata.normalize("NFC", text))
    text = re.sub(r"(?<!\s)-(?=\s)|(?<=\s)-(?!\s)", " ", text)
    # Brackets of which one half went with the words taken off.
    if text.count("(") != text.count(")"):
        text = text.replace("(", " ").replace(")", " ")
    text = " ".join(text.split()).strip(" -.,;+[]{}")
    return text[:1].upper() + text[1:]


def stem_of(name):
    """A file name without its ending, ``.gcode.3mf`` being one."""
    match = ENDINGS.search(name)
    stem = name[: match.start()] if match and match.start() else name
    # "box.stl.gcode" and "box.stl.png" are of "box.stl".
    while (match := ENDINGS.search(stem)) and match.start():
        if match[2].lower() not in ("stl", "3mf", "obj", "gcode", "step", "stp", "amf"):
            break
        stem = stem[: match.start()]
    return stem


def read_name(name):
    """Read a file name or the name of a folder.

    :param str name: with or without its ending
    :rtype: Name
    """
    stem = unicodedata.normalize("NFC", stem_of(name))
    copied = COPY_OF.match(stem)
    return _Reader(stem[copied.end() :] if copied else stem, bool(copied)).read()


def read_folder(name):
    """Read the name of a folder, which has no ending.

    :rtype: Name
    """
    return _Reader(unicodedata.normalize("NFC", name)).read()


@dataclass
class _Word:
    text: str
    start: int
    end: int
    kind: str = ""  # version, profile, weak, variant, loose; empty: of the title
    value: tuple = ()


class _Reader:
    def __init__(self, stem, is_copy=False):
        self.stem = stem
        self.words = [_Word(m[0], m.start(), m.end()) for m in TOKEN.finditer(stem)]
        self.cut = len(stem)
        self.version = _version([("copy", 1)]) if is_copy else ()
        self.version_words = []
        self.profile = []

    def read(self):
        self._split_camel_version()
        for position, word in enumerate(self.words):
            word.kind, word.value = self._classify(position, word)
        self._settle_weak()
        strict = self._take_off(("version", "profile", "variant"))
        loose = self._take_off(("version", "profile", "variant", "loose"))
        # What the loose reading found of versions and slicers is true for both.
        return Name(
            stem=self.stem,
            strict=strict,
            loose=loose,
            version=self.version,
            version_text=" ".join(self.version_words),
            profile=tuple(self.profile),
        )

    def _split_camel_version(self):
        if not self.words:
            return
        for position, word in enumerate(self.words):
            match = CAMEL_VERSION.search(word.text)
            if match:
                middle = word.start + match.start()
                self.words[position : position + 1] = [
                    _Word(self.stem[word.start : middle], word.start, middle),
                    _Word(self.stem[middle : word.end], middle, word.end),
                ]
                return

    def _before(self, position):
        return self.words[position - 1].text.lower() if position else ""

    def _in_brackets(self, word):
        return word.start > 0 and self.stem[word.start - 1] in OPENING

    def _classify(self, position, word):
        text, lower = word.text, word.text.lower()
        before = self._before(position)
        for classify in (self._as_version, self._as_profile, self._as_variant):
            found = classify(text, lower, before, word, position)
            if found:
                return found
        return "", ()

    def _as_version(self, text, lower, before, word, position):
        match = VERSION.fullmatch(text)
        if match:
            return "version", ("number", _numbers(match[1]), match[2].lower())
        match = DATE.fullmatch(text)
        if match:
            return "version", ("date", tuple(map(int, match.groups())))
        if text.isdecimal():
            if before in VERSION_MARKS:
                return "version", ("number", (int(text),), "")
            if before in COPY_WORDS or (self._in_brackets(word) and len(text) < 3):
                return "version", ("copy", int(text))
        if lower in VERSION_MARKS and self._next_is_number(position):
            return "version", ()
        if position:
            if lower in COPY_WORDS:
                numbered = self._next_is_number(position)
                return "version", () if numbered else ("copy", 1)
            match = VERSION_WORD.fullmatch(text)
            if match:
                rank = VERSION_WORDS[match[1].lower()]
                return "version", ("word", rank + int(match[2] or 1) - 1)
            match = RELEASE.fullmatch(text)
            if match and lower.startswith("r"):
                return "version", ("number", (int(match[1]),), "")
        return None

    def _next_is_number(self, position):
        rest = self.words[position + 1 : position + 2]
        return bool(rest) and re.fullmatch(r"\d+([.,]\d+)*", rest[0].text) is not None

    def _as_profile(self, text, lower, before, word, position):
        if MATERIALS.fullmatch(text):
            if lower in UPPER_MATERIALS:
                return ("profile" if text.isupper() else "weak"), ()
            return "profile", ()
        if PRINTERS.fullmatch(text):
            return "profile", ()
        if LAYER.fullmatch(text) or INFILL.fullmatch(text):
            return "profile", ()
        if LONG_TIME.fullmatch(text):
            return "profile", ()
        if position and lower in PROFILE_WORDS:
            return "profile", ()
        if lower in ("xl", "mini") and not text.isupper():
            return None
        if lower in WEAK_PROFILE_WORDS or SHORT_TIME.fullmatch(text):
            return "weak", ()
        return None

    def _as_variant(self, text, lower, before, word, position):
        if lower in SIZES or lower in COLOURS or lower in SIDES:
            return "variant", ()
        if DIMENSION.fullmatch(text):
            return "variant", ()
        if lower in PARTS or lower in LETTERS:
            return "loose", ()
        if PLATE.fullmatch(text):
            return "loose", ()
        if lower in PAIRED and self._next_is_number(position):
            return "loose", ()
        if text.isdecimal() and len(text) < 4:
            return "loose", ()
        return None

    def _settle_weak(self):
        """A doubtful word of a slicer counts beside a certain one on its left."""
        sure = False
        for word in self.words:
            if word.kind == "weak":
                word.kind = "profile" if sure else self._else(word)
            sure = word.kind == "profile"

    def _else(self, word):
        """What a word is that is no slicer's: "mini" is a size too."""
        lower = word.text.lower()
        if lower in SIZES:
            return "variant"
        if lower in LETTERS:
            return "loose"
        # Ten metres, or five of a series: certain is neither.
        return ""

    def _take_off(self, kinds):
        """The reading when words of these kinds are taken off the end."""
        rest = list(self.words)
        variant, version, profile = [], [], []
        while rest and rest[-1].kind in kinds:
            if rest[-1].kind == "loose" and len(rest) == 1:
                break
            word = rest.pop()
            if word.kind == "version":
                version.insert(0, word)
            elif word.kind == "profile":
                profile.insert(0, word.text)
            else:
                variant.insert(0, word)
        self._keep(version, profile)
        start, rest = self._without_prefix(rest)
        end = rest[-1].end if rest else start
        return Reading(self.stem[start:end], _phrases(variant))

    def _without_prefix(self, rest):
        """Slicers put the printer first too: ``CE3_benchy``."""
        if len(rest) > 1 and rest[0].kind == "profile" and rest[0].text.isupper():
            if self.stem[rest[0].end] == "_" and PRINTERS.fullmatch(rest[0].text):
                return rest[1].start, rest[1:]
        return (rest[0].start if rest else 0), rest

    def _keep(self, words, profile):
        if len(profile) >= len(self.profile):
            self.profile = profile
        if words and len(words) >= len(self.version_words):
            self.version_words = [word.text for word in words]
            self.version = _version([word.value for word in words if word.value])


def _phrases(words):
    """Words of a variant: "plate" and its number are one."""
    phrases = []
    for word in words:
        if phrases and word.text.isdecimal() and phrases[-1].lower() in PAIRED:
            phrases[-1] = f"{phrases[-1]} {word.text}"
        else:
            phrases.append(word.text)
    return tuple(phrases)


def _numbers(text):
    return tuple(int(part) for part in re.split(r"[._]", text))


def _version(values):
    """What versions are sorted by: number, letter, words, date, copy."""
    number, letter, rank, date, copy = (), "", 0, (), 0
    for value in values:
        if value[0] == "number":
            number, letter = value[1], value[2]
        elif value[0] == "word":
            rank = value[1]
        elif value[0] == "date":
            date = value[1]
        else:
            copy = value[1]
    return (number, letter, rank, date, copy)
