"""How well filaments of the shop fit what a sliced file wants, without Odoo.

A filament starts with a confidence of 100 % and loses points for each thing that is
different; :class:`Catalogue` reckons that for all filaments of a shop at once.
"""

from dataclasses import dataclass, field

import numpy as np

from . import colour, words

# From here on a match is taken without asking, and below that with the request to
# look at it, down to where nothing is matched and filaments are only suggested.
SURE = 80
POSSIBLE = 50

# Points of confidence lost.
OTHER_MATERIAL = 12  # another material of one family: PLA and the shop's PLA Silk
UNKNOWN_MATERIAL = 55
OTHER_FIBRE = 20  # glass for carbon
FIBRE = 45  # one with fibres, one without
EXTRA_TRAIT = 0.7  # of the trait's points, when only the filament has it
OTHER_BRAND = 16
NO_BRAND = 4  # the filament's brand is not known
ANY_BRAND = 2  # the file wants none in particular
PER_DELTA_E = 2.2
FAR_COLOUR = 15  # on top, beyond the limit, where each further step counts less
PER_FAR_DELTA_E = 0.3
UNCHOSEN_COLOUR = 22
UNSTATED_COLOUR = 25
UNKNOWN_COLOUR = 55  # the filament's
ONE_OF_SEVERAL = 5
TRANSLUCENCY = 8
OTHER_WORDS = 4

# Beyond this CIEDE2000 distance two colours are plainly different to the eye.
COLOUR_LIMIT = 20.0
# Up to this one they are the same to most people, and then nothing is lost.
SAME_COLOUR = 1.0

_TRAIT_NAMES = tuple(words.TRAITS)
_TRAIT_POINTS = np.array([words.TRAITS[name] for name in _TRAIT_NAMES], dtype=float)


@dataclass
class Filament:
    """A filament of the shop. ``colours`` are ``#RRGGBB`` or ``#RRGGBBAA``."""

    id: int
    template_id: int = 0
    material_id: int = 0
    material: str = ""
    brand: str = ""
    names: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    diameter: float = 1.75
    stock_g: float = 0.0
    price: float = 0.0


@dataclass(frozen=True)
class Wish:
    """What a file wants of one tool.

    ``material_id`` is the shop's material its words mean, 0 for none; ``lines`` are
    product templates that people chose for this preset in another colour.
    """

    material_id: int = 0
    type: str = ""
    vendor: str = ""
    preset: str = ""
    colours: tuple[str, ...] = ()
    diameter: float = 0.0
    lines: frozenset = field(default_factory=frozenset)


@dataclass
class Match:
    """A filament with its confidence in per cent.

    ``distance`` is that of the colours, ``None`` where one side states none;
    ``reasons`` are pairs of a code and its parameters.
    """

    id: int
    confidence: int
    distance: float | None
    reasons: list


class Catalogue:
    """The filaments of a shop, laid out so that they are compared all at once.

    :param filaments: list of :class:`Filament`
    """

    def __init__(self, filaments):
        # Between equals the one in stock, then the cheaper one.
        self.filaments = sorted(
            filaments, key=lambda item: (item.stock_g <= 0, item.price, item.id)
        )
        self.position = {item.id: at for at, item in enumerate(self.filaments)}
        names = [" ".join(item.names) for item in self.filaments]
        readings = [
            words.read(item.material, name)
            for item, name in zip(self.filaments, names, strict=True)
        ]
        self.materials = np.array([item.material_id for item in self.filaments])
        self.templates = np.array([item.template_id for item in self.filaments])
        self.bases = np.array([reading.base for reading in readings], dtype=object)
        # A product says its fibre more exactly than the material it is filed under.
        self.fibres = np.array(
            [
                words.read(name).fibre or reading.fibre
                for name, reading in zip(names, readings, strict=True)
            ],
            dtype=object,
        )
        self.traits = _to_matrix([reading.traits for reading in readings])
        self.brands = np.array(
            [
                words.brand_key(item.brand) or words.find_brand(name, ())
                for item, name in zip(self.filaments, names, strict=True)
            ],
            dtype=object,
        )
        self.known_brands = {brand for brand in self.brands if brand}
        self.diameters = np.array(
            [to_diameter_class(item.diameter) for item in self.filaments]
        )
        self._index_words(names)
        self._lay_out_colours()

    def __contains__(self, filament_id):
        return filament_id in self.position

    def _index_words(self, names):
        """Note which filaments have a word in their names."""
        self.having = {}
        for at, name in enumerate(names):
            for word in set(words.split(name)):
                self.having.setdefault(word, []).append(at)

    def _lay_out_colours(self):
        """Put the colours of all filaments in one row, with where each begins."""
        count = len(self.filaments)
        self.colour_counts = np.array(
            [len(item.colours) for item in self.filaments], dtype=int
        ).reshape(count)
        self.coloured = np.flatnonzero(self.colour_counts)
        every = [hexa for item in self.filaments for hexa in item.colours]
        self.labs = colour.to_lab(every)
        counts = self.colour_counts[self.coloured]
        self.starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)
        self.translucent = np.array(
            [
                any(colour.is_translucent(hexa) for hexa in item.colours)
                for item in self.filaments
            ],
            dtype=bool,
        )

    # --- what is lost --------------------------------------------------------------

    def distances(self, colours):
        """Return the CIEDE2000 distance of each filament from ``colours``.

        One colour is compared with the nearest of a filament's several, since most
        slicers know one only. Several are compared both ways: each colour of one
        side with the nearest of the other, and the worse mean counts.

        :return: float array, NaN for filaments without colour
        """
        result = np.full(len(self.filaments), np.nan)
        if not colours or not len(self.coloured):
            return result
        pairs = colour.delta_e_matrix(colour.to_lab(colours), self.labs)
        there = np.minimum.reduceat(pairs, self.starts, axis=1).mean(axis=0)
        if len(colours) > 1:
            counts = self.colour_counts[self.coloured]
            back = np.add.reduceat(pairs.min(axis=0), self.starts) / counts
            there = np.where(counts > 1, np.maximum(there, back), there)
        result[self.coloured] = there
        return result

    def _material_points(self, wish, reading):
        """Return the points lost, infinite for a material that never fits."""
        points = np.full(len(self.filaments), np.inf)
        if not wish.material_id and not reading.base:
            # Neither type nor preset names a material, or one nobody knows.
            if not wish.type.strip():
                points[:] = UNKNOWN_MATERIAL
            return points
        if reading.base:
            points[self.bases == reading.base] = OTHER_MATERIAL
        if wish.material_id:
            points[self.materials == wish.material_id] = 0
        else:
            points[points == OTHER_MATERIAL] = 2 * OTHER_MATERIAL
        different = self.fibres != reading.fibre
        either = (self.fibres == "") | (reading.fibre == "")
        points += np.where(different, np.where(either, FIBRE, OTHER_FIBRE), 0)
        return points

    def _trait_points(self, reading, line):
        wanted = _to_matrix([reading.traits])[0]
        missing = (wanted & ~self.traits) @ _TRAIT_POINTS
        extra = (~wanted & self.traits) @ (_TRAIT_POINTS * EXTRA_TRAIT)
        return np.where(line, 0, missing + extra)

    def _brand_points(self, brand, line):
        if brand:
            points = np.where(
                self.brands == brand,
                0,
                np.where(self.brands == "", NO_BRAND, OTHER_BRAND),
            )
        else:
            points = np.full(len(self.filaments), ANY_BRAND)
        return np.where(line, 0, points)

    def _colour_points(self, wish, distance):
        if not wish.colours:
            return np.full(len(self.filaments), UNSTATED_COLOUR)
        near = np.maximum(distance - SAME_COLOUR, 0)
        if is_unchosen(wish):
            points = UNCHOSEN_COLOUR + np.minimum(near / 20, 3)
        else:
            points = np.minimum(near, COLOUR_LIMIT) * PER_DELTA_E
            far = FAR_COLOUR + (distance - COLOUR_LIMIT) * PER_FAR_DELTA_E
            points += np.where(distance > COLOUR_LIMIT, far, 0)
        if len(wish.colours) == 1:
            points = points + np.where(self.colour_counts > 1, ONE_OF_SEVERAL, 0)
        seen_through = any(colour.is_translucent(hexa) for hexa in wish.colours)
        points = points + np.where(self.translucent != seen_through, TRANSLUCENCY, 0)
        return np.where(np.isnan(distance), UNKNOWN_COLOUR, points)

    def _word_points(self, wanted, line):
        if not wanted:
            return np.zeros(len(self.filaments))
        shared = np.zeros(len(self.filaments))
        for word in wanted:
            shared[self.having.get(word, [])] += 1
        return np.where(line, 0, OTHER_WORDS * (1 - shared / len(wanted)))

    # --- the ranking ---------------------------------------------------------------

    def rank(self, wish, limit=5):
        """Return the best filaments for a wish, best first.

        :param wish: :class:`Wish`
        :param limit: how many at most
        :rtype: list[Match]
        """
        if not self.filaments:
            return []
        reading = words.read(wish.type, wish.preset)
        brand = self.find_brand(wish)
        wanted = {
            word
            for word in reading.words
            if words.brand_key(word) != brand or not brand
        } - set(words.split(wish.vendor))
        line = (
            np.isin(self.templates, list(wish.lines))
            if wish.lines
            else np.zeros(len(self.filaments), dtype=bool)
        )
        distance = self.distances(wish.colours)
        lost = (
            self._material_points(wish, reading)
            + self._trait_points(reading, line)
            + self._brand_points(brand, line)
            + self._colour_points(wish, distance)
            + self._word_points(wanted, line)
        )
        lost[self.diameters != to_diameter_class(wish.diameter)] = np.inf
        # Half points are seen by nobody: then stock and price decide.
        lost = np.rint(lost)
        order = np.argsort(lost, kind="stable")[:limit]
        return [
            Match(
                self.filaments[at].id,
                int(max(100 - lost[at], 1)),
                _to_number(distance[at]),
                self._explain(at, wish, reading, brand, wanted, distance[at], line[at]),
            )
            for at in order
            if np.isfinite(lost[at])
        ]

    def find_brand(self, wish):
        """Return the brand key a wish names, by its vendor or by its preset."""
        return words.brand_key(wish.vendor) or words.find_brand(
            wish.preset, self.known_brands
        )

    def _explain(self, at, wish, reading, brand, wanted, distance, line):
        """Return why a filament has its confidence, most telling first."""
        filament = self.filaments[at]
        reasons = []
        if wish.material_id and filament.material_id == wish.material_id:
            reasons.append(["material", {"material": filament.material}])
        elif not wish.material_id and not reading.base:
            reasons.append(["material_unstated", {}])
        else:
            reasons.append(["material_family", {"material": filament.material}])
        if self.fibres[at] != reading.fibre:
            code = "fibre_other"
            if not self.fibres[at]:
                code = "fibre_missing"
            elif not reading.fibre:
                code = "fibre_extra"
            reasons.append([code, {"wanted": reading.fibre, "has": self.fibres[at]}])
        if line:
            reasons.append(["line", {}])
        else:
            has = {
                name
                for name, on in zip(_TRAIT_NAMES, self.traits[at], strict=True)
                if on
            }
            reasons += [["lacks", {"trait": t}] for t in sorted(reading.traits - has)]
            reasons += [["extra", {"trait": t}] for t in sorted(has - reading.traits)]
            if brand and self.brands[at] == brand:
                reasons.append(["brand", {"brand": filament.brand or wish.vendor}])
            elif brand and self.brands[at]:
                reasons.append(["brand_other", {"brand": wish.vendor or brand}])
        if not wish.colours:
            reasons.append(["colour_unstated", {}])
        elif np.isnan(distance):
            reasons.append(["colour_unknown", {}])
        elif is_unchosen(wish):
            reasons.append(["colour_unchosen", {}])
        else:
            reasons.append(["colour", {"distance": round(float(distance), 1)}])
        if len(wish.colours) == 1 and self.colour_counts[at] > 1:
            reasons.append(["colour_several", {}])
        shared = [
            word
            for word in words.split(wish.preset)
            if word in wanted and at in self.having.get(word, ())
        ]
        if shared:
            reasons.append(["words", {"words": " ".join(shared)}])
        reasons.append(["stock" if filament.stock_g > 0 else "no_stock", {}])
        return reasons


def is_unchosen(wish):
    """Tell whether the one colour of a wish is its slicer's, chosen by nobody."""
    return len(wish.colours) == 1 and wish.colours[0] in words.UNCHOSEN_COLOURS


def to_diameter_class(diameter):
    """Return 2 for 1.75 mm and for none, 3 for 2.85 mm.

    Slicers write 1.75 or 1.7, and 2.85 or 3.
    """
    return round(diameter or 1.75)


def _to_matrix(trait_sets):
    """Return a boolean array with a row a set and a column a trait."""
    return np.array(
        [[name in traits for name in _TRAIT_NAMES] for traits in trait_sets],
        dtype=bool,
    ).reshape(len(trait_sets), len(_TRAIT_NAMES))


def _to_number(value):
    return None if np.isnan(value) else round(float(value), 1)
