"""What slicers and shops mean by the names of filaments, without Odoo.

Three things are read from a name such as ``Bambu PLA Silk @BBL X1C``: which polymer
it is (``PLA``), with what fibre in it (``PETG-CF``), and the traits that change how it
prints or looks (silk, matte, support, …). What remains are words like ``Galaxy``.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

# Names a file or a product has are short; what is longer is not read to its end.
MAX_TEXT = 200

# Polymers by the ways they are written, with the family they print like.
_POLYMERS = {
    "PLA": "PLA",
    "RPLA": "PLA",
    "EPLA": "PLA",
    "HTPLA": "PLA",
    "POLYLACTIC": "PLA",
    "PETG": "PETG",
    "RPETG": "PETG",
    "PCTG": "PETG",
    "PET": "PETG",
    "CPE": "PETG",
    "ABS": "ABS",
    "ASA": "ASA",
    "TPU": "TPU",
    "TPE": "TPU",
    "TPC": "TPU",
    "PEBA": "TPU",
    "FLEX": "TPU",
    "PA": "PA",
    "PAHT": "PA",
    "NYLON": "PA",
    "PPA": "PPA",
    "PC": "PC",
    "POLYCARBONATE": "PC",
    "PP": "PP",
    "PE": "PE",
    "PPS": "PPS",
    "PVA": "PVA",
    "BVOH": "PVA",
    "HIPS": "HIPS",
    "PVB": "PVB",
    "PHA": "PHA",
    "PMMA": "PMMA",
    "POM": "POM",
    "PVDF": "PVDF",
    "EVA": "EVA",
    "PEI": "PEI",
    "ULTEM": "PEI",
    "PEEK": "PEEK",
    "PEKK": "PEKK",
    "PSU": "PSU",
    "PPSU": "PPSU",
}

# The fibre a word names.
_FIBRES = {
    "cf": "CF",
    "carbon": "CF",
    "carbonfiber": "CF",
    "carbonfibre": "CF",
    "gf": "GF",
    "glass": "GF",
    "glassfiber": "GF",
    "glassfibre": "GF",
    "af": "AF",
    "aramid": "AF",
    "kevlar": "AF",
}

# Traits: what it costs, in points of confidence, when one side has it and the other
# has not. A support material in place of a part is another thing altogether; a
# filament that prints a bit faster is not.
TRAITS = {
    "support": 45,
    "foaming": 30,
    "conductive": 30,
    "glow": 25,
    "wood": 25,
    "metal": 25,
    "gradient": 18,
    "silk": 16,
    "matte": 12,
    "marble": 12,
    "sparkle": 12,
    "translucent": 12,
    "flame": 10,
    "ams": 6,
    "plus": 5,
    "fast": 4,
}

_TRAIT_WORDS = {
    "support": "support",
    "breakaway": "support",
    "aero": "foaming",
    "lw": "foaming",
    "lightweight": "foaming",
    "foaming": "foaming",
    "conductive": "conductive",
    "esd": "conductive",
    "glow": "glow",
    "luminous": "glow",
    "wood": "wood",
    "cork": "wood",
    "metal": "metal",
    "metallic": "metal",
    "bronzefill": "metal",
    "copperfill": "metal",
    "steelfill": "metal",
    "rainbow": "gradient",
    "gradient": "gradient",
    "multicolor": "gradient",
    "multicolour": "gradient",
    "dual": "gradient",
    "tricolor": "gradient",
    "tricolour": "gradient",
    "silk": "silk",
    "silky": "silk",
    "matte": "matte",
    "matt": "matte",
    "marble": "marble",
    "stone": "marble",
    "granite": "marble",
    "sparkle": "sparkle",
    "glitter": "sparkle",
    "translucent": "translucent",
    "transparent": "translucent",
    "clear": "translucent",
    "fr": "flame",
    "v0": "flame",
    "ams": "ams",
    "plus": "plus",
    "pro": "plus",
    "tough": "plus",
    "hf": "fast",
    "hs": "fast",
    "rapid": "fast",
    "hyper": "fast",
    "highspeed": "fast",
    "highflow": "fast",
}

# Words that tell nothing about which filament it is.
_EMPTY_WORDS = {
    "generic",
    "basic",
    "standard",
    "filament",
    "filaments",
    "base",
    "template",
    "default",
    "settings",
    "my",
    "copy",
    "for",
    "the",
    "of",
    "pla",
    "175",
    "285",
    "mm",
    "kg",
    "1kg",
}

# Makers written in several ways, and lines of products that give their maker away.
_BRAND_ALIASES = {
    "bbl": "bambu",
    "bambulab": "bambu",
    "prusament": "prusa",
    "prusapolymers": "prusa",
    "prusaresearch": "prusa",
    "polylite": "polymaker",
    "polyterra": "polymaker",
    "polymax": "polymaker",
    "polysonic": "polymaker",
    "panchroma": "polymaker",
    "ultrafuse": "basf",
    "basfforward": "basf",
    "forwardam": "basf",
    "amazonbasics": "amazon",
}

# Words of a company's name that others leave out.
_BRAND_NOISE = {
    "3d",
    "ag",
    "bv",
    "co",
    "company",
    "filament",
    "filaments",
    "gmbh",
    "group",
    "inc",
    "lab",
    "labs",
    "limited",
    "llc",
    "ltd",
    "material",
    "materials",
    "polymer",
    "polymers",
    "printing",
    "research",
    "sro",
    "store",
    "tech",
    "technologies",
    "technology",
}

# Vendors that are none.
_NO_BRAND = {
    "",
    "any",
    "custom",
    "default",
    "generic",
    "madeforprusa",
    "myvendor",
    "none",
    "other",
    "undefined",
    "unknow",
    "unknown",
}

# Colours slicers give to a filament whose colour nobody chose: PrusaSlicer's
# settings and its makers' presets, Bambu Studio and OrcaSlicer.
UNCHOSEN_COLOURS = {"#29B2B2", "#FF8000", "#F2754E"}


@dataclass(frozen=True)
class Reading:
    """What a name says.

    ``base`` is the family of the polymer (``PLA``) or empty, ``fibre`` is ``CF``,
    ``GF``, ``AF`` or empty, ``traits`` are keys of :data:`TRAITS`, ``words`` what is
    left of it in lower case.
    """

    base: str = ""
    fibre: str = ""
    traits: frozenset = field(default_factory=frozenset)
    words: frozenset = field(default_factory=frozenset)


def fold(text):
    """Return ``text`` in lower case without accents, at most 200 characters of it."""
    text = unicodedata.normalize("NFKD", (text or "")[:MAX_TEXT])
    return "".join(char for char in text if not unicodedata.combining(char)).lower()


def split(text):
    """Return the words of a name in lower case, ``PLA+`` as ``pla`` and ``plus``."""
    text = fold(text)
    text = re.sub(r"\b(high)[\s_-]+(speed|flow)\b", r"\1\2", text)
    text = re.sub(r"\b(carbon|glass)[\s_-]+(fib(?:er|re))\b", r"\1\2", text)
    return re.findall(r"[^\W_]+", text.replace("+", " plus "))


@lru_cache(maxsize=16384)
def read(*texts):
    """Read names of a filament, the most telling one first.

    The first polymer named counts, so that ``PLA`` and ``Prusament PETG`` are PLA;
    fibre and traits are gathered from all of them.

    :rtype: Reading
    """
    base, fibre = "", ""
    traits, words = set(), set()
    for text in texts:
        for word in split(text):
            polymer, inside = _read_polymer(word)
            if polymer:
                base = base or polymer
                fibre = fibre or inside
            elif word.rstrip("0123456789") in _FIBRES:
                fibre = fibre or _FIBRES[word.rstrip("0123456789")]
            elif word in _TRAIT_WORDS:
                traits.add(_TRAIT_WORDS[word])
            elif word not in _EMPTY_WORDS and len(word) > 1:
                words.add(word)
        # Bambu Studio's "PLA-S" and "PA-S" hold up parts of PLA and PA.
        if re.fullmatch(r"\s*[a-z]{2,4}[-_ ]s\s*", fold(text)):
            traits.add("support")
    return Reading(base, fibre, frozenset(traits), frozenset(words))


def _read_polymer(word):
    """Return ``(family, fibre)`` of a word such as ``pla``, ``pa12`` or ``petgcf``."""
    match = re.fullmatch(r"([a-z]+?)(\d{0,3})(cf|gf|af|(?<=\d)[ad])?(\d{0,2})", word)
    if not match:
        return "", ""
    family = _POLYMERS.get(match[1].upper(), "")
    return family, _FIBRES.get(match[3] or "", "") if family else ""


@lru_cache(maxsize=4096)
def brand_key(name):
    """Return what two ways of writing a maker's name have in common.

    ``Bambu Lab``, ``Bambu`` and ``BBL`` are ``bambu``; ``Generic``, ``(Unknown)`` and
    the like are empty: any maker will do.
    """
    words = split(name)
    joined = "".join(words)
    if joined in _NO_BRAND:
        return ""
    if joined in _BRAND_ALIASES:
        return _BRAND_ALIASES[joined]
    core = "".join(word for word in words if word not in _BRAND_NOISE) or joined
    return "" if core in _NO_BRAND else _BRAND_ALIASES.get(core, core)


def find_brand(preset, known):
    """Return the brand key with which a preset's name begins, or an empty text.

    :param preset: name without what :func:`clean_preset` takes off
    :param known: brand keys of the shop's filaments
    """
    words = split(preset)
    for count in (3, 2, 1):
        joined = "".join(words[:count])
        for key in (brand_key(" ".join(words[:count])), _BRAND_ALIASES.get(joined)):
            if key and (key in known or joined in _BRAND_ALIASES):
                return key
    return ""


def clean_preset(name):
    """Return a preset's name without the printer it was made for.

    ``Bambu PLA Basic @BBL A1`` becomes ``Bambu PLA Basic``; a preset that came along
    in a project, ``box.3mf (My ABS)``, is ``My ABS``.
    """
    text = (name or "").strip()[:MAX_TEXT]
    inside = re.search(r"\.(?:3mf|amf|ini|gcode)\s*\(([^()]*)\)\s*$", text, re.I)
    if inside:
        text = inside[1]
    text = text.split("@", 1)[0]
    text = re.sub(r"(?:\s*-\s*copy(?:\s*\d+)?)+\s*$", "", text, flags=re.I)
    text = re.sub(r"\s+", " ", text).strip(" -_*")
    return "" if text.lower() in ("default", "my settings") else text
