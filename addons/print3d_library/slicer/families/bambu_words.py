"""Settings of Bambu Studio and OrcaSlicer in the words of all slicers."""

from ..text import item, to_float
from ..vocabulary import translate
from .bambu_settings import Variants, one

PATTERNS = {
    "3dhoneycomb": "3d_honeycomb",
    "adaptivecubic": "adaptive_cubic",
    "alignedrectilinear": "aligned_rectilinear",
    "archimedeanchords": "archimedean",
    "crosshatch": "cross_hatch",
    "hilbertcurve": "hilbert",
    "line": "lines",
    "monotonicline": "monotonic_lines",
    "octagramspiral": "octagram",
    "quartercubic": "quarter_cubic",
    "supportcubic": "support_cubic",
    "tri-hexagon": "trihexagon",
    # Bambu Studio's word for rectilinear, beside a newer "zigzag" of its own.
    "zig-zag": "rectilinear",
}
SEAMS = {"back": "rear"}
WALL_ORDERS = {
    "inner wall/outer wall": "inner_outer",
    "outer wall/inner wall": "outer_inner",
    "inner-outer-inner wall": "inner_outer_inner",
    # wall_infill_order of versions before the order of the infill was apart
    "inner wall/outer wall/infill": "inner_outer",
    "infill/inner wall/outer wall": "inner_outer",
    "outer wall/inner wall/infill": "outer_inner",
    "infill/outer wall/inner wall": "outer_inner",
    "inner-outer-inner wall/infill": "inner_outer_inner",
}
OFF = ("", "none", "no ironing", "disabled", "disabled_fuzzy", "no_brim")


def _word(name, words):
    """A choice in common words; one that has none is kept."""

    def choose(settings):
        text = str(settings.get(name) or "").strip()
        return words.get(text, text)

    return choose


def _on(name):
    """Whether a choice is anything but none."""

    def is_on(settings):
        if name not in settings:
            return None
        return str(settings[name]).strip().lower() not in OFF

    return is_on


def _width(name):
    """Line width in mm: percentages are of the nozzle, 0 lets the slicer choose."""

    def width(settings):
        raw = settings.get(name)
        raw = raw[0] if isinstance(raw, list) and raw else raw
        if isinstance(raw, str) and raw.endswith("%"):
            diameter = to_float(one(settings.get("nozzle_diameter")))
            share = to_float(raw[:-1])
            raw = diameter * share / 100 if diameter and share else None
        return raw or None

    return width


def _positive(name):
    """A number above 0, which stands for off or for the slicer's own choice."""

    def number(settings):
        found = to_float(one(settings.get(name)))
        return found if found and found > 0 else None

    return number


def _brim_width(settings):
    """Of a brim of the user's own; the slicer chooses that of an automatic one."""
    kind = str(settings.get("brim_type") or "")
    if kind == "auto_brim":
        return None
    return 0 if kind in ("no_brim", "") else settings.get("brim_width")


def _sequential(settings):
    sequence = settings.get("print_sequence")
    return None if sequence is None else str(sequence).strip() == "by object"


def _wall_order(settings):
    raw = settings.get("wall_sequence") or settings.get("wall_infill_order") or ""
    return WALL_ORDERS.get(str(raw), str(raw))


def _support_style(settings):
    kind = str(settings.get("support_type") or "")
    if kind.startswith(("tree", "hybrid")):
        return "tree"
    return "normal" if kind.startswith("normal") else kind


def _adhesion(settings):
    if (to_float(one(settings.get("raft_layers"))) or 0) > 0:
        return "raft"
    brim = str(settings.get("brim_type") or "")
    if brim == "auto_brim":
        return "auto"
    if brim and brim not in OFF:
        return "brim"
    loops = to_float(one(settings.get("skirt_loops")))
    if loops:
        return "skirt"
    return "none" if brim or loops is not None else None


DIALECT = {
    "layer_height": "layer_height",
    "first_layer_height": "initial_layer_print_height",
    "line_width": _width("line_width"),
    "first_layer_line_width": _width("initial_layer_line_width"),
    "spiral_vase": "spiral_mode",
    "ironing": _on("ironing_type"),
    "fuzzy_skin": _on("fuzzy_skin"),
    "xy_compensation": "xy_contour_compensation",
    "elephant_foot": "elefant_foot_compensation",
    "sequential": _sequential,
    "wall_count": "wall_loops",
    "top_layers": "top_shell_layers",
    "bottom_layers": "bottom_shell_layers",
    "top_thickness": _positive("top_shell_thickness"),
    "bottom_thickness": _positive("bottom_shell_thickness"),
    "wall_generator": "wall_generator",
    "wall_order": _wall_order,
    "seam": _word("seam_position", SEAMS),
    "infill_density": "sparse_infill_density",
    "infill_pattern": _word("sparse_infill_pattern", PATTERNS),
    "top_pattern": _word("top_surface_pattern", PATTERNS),
    "bottom_pattern": _word("bottom_surface_pattern", PATTERNS),
    "infill_angle": "infill_direction",
    "supports": "enable_support",
    "support_style": _support_style,
    "support_angle": _positive("support_threshold_angle"),
    "support_plate_only": "support_on_build_plate_only",
    "support_gap": "support_top_z_distance",
    "adhesion": _adhesion,
    "brim_width": _brim_width,
    "skirt_loops": "skirt_loops",
    "raft_layers": "raft_layers",
    "gcode_flavour": "gcode_flavor",
    "print_preset": "print_settings_id",
}
# Lists with one value per extruder variant, or one value.
PROCESS = {
    "speed_outer_wall": "outer_wall_speed",
    "speed_inner_wall": "inner_wall_speed",
    "speed_infill": "sparse_infill_speed",
    "speed_solid_infill": "internal_solid_infill_speed",
    "speed_top": "top_surface_speed",
    "speed_support": "support_speed",
    "speed_bridge": "bridge_speed",
    "speed_travel": "travel_speed",
    "speed_first_layer": "initial_layer_speed",
    "acceleration": "default_acceleration",
}
# Of the first used filament.
FILAMENT = {
    "fan_min": "fan_min_speed",
    "fan_max": "fan_max_speed",
    "min_layer_time": "slow_down_layer_time",
}
# Of every filament.
MANY = {
    "filament_diameter": "filament_diameter",
    "filament_density": "filament_density",
    "max_volumetric_speed": "filament_max_volumetric_speed",
}
# The filament's own value, else the printer's.
RETRACTION = {
    "retraction_length": "retraction_length",
    "retraction_speed": "retraction_speed",
    "z_hop": "z_hop",
}


def common_settings(sliced, settings, used=()):
    """The settings of a file under the common vocabulary.

    :param sliced: filled :class:`~..model.SlicedFile`
    :param settings: its raw settings
    :param used: 1-based numbers of the used filaments; the first stands for the file
        where a term has one value
    :return: dict for ``SlicedFile.common``
    """
    return translate(sliced.settings, _Words(sliced, settings, used).dialect())


class _Words:
    """The dialect of one file: what depends on its filaments and nozzles."""

    def __init__(self, sliced, settings, used):
        self.sliced = sliced
        self.raw = settings
        self.used = list(used)
        self.first = min(used, default=1)
        self.variants = Variants(settings)

    def dialect(self):
        """Names and functions by term, see :func:`~..vocabulary.translate`."""
        sliced = self.sliced
        words = {
            **DIALECT,
            **{term: self._process(name) for term, name in PROCESS.items()},
            **{term: self._filament(name) for term, name in FILAMENT.items()},
            **{term: self._retraction(name) for term, name in RETRACTION.items()},
            **{term: self._many(name) for term, name in MANY.items()},
            "fan_from_layer": self._fan_from_layer,
            "chamber_temp": self._chamber,
            "flow_ratio": self._flow,
            "prime_tower": self._prime_tower,
        }
        known = {
            "nozzle_temp": sliced.nozzle_temp,
            "first_layer_nozzle_temp": sliced.first_layer_nozzle_temp,
            "bed_temp": sliced.bed_temp,
            "first_layer_bed_temp": sliced.first_layer_bed_temp,
            "filament_type": _texts(sliced.filaments, "type"),
            "filament_preset": _texts(sliced.filaments, "name"),
            "nozzle_diameter": sliced.nozzle_diameter,
            "printer_model": sliced.printer_model,
            "printer_preset": sliced.printer_settings_id,
            "bed_type": sliced.bed_type,
        }
        for term, entry in known.items():
            words[term] = lambda _settings, entry=entry: entry
        return words

    def _of(self, entries, index):
        """A filament's entry of a list, by its number from 1."""
        if not isinstance(entries, list):
            return entries
        return item(self.variants.per_filament(entries), index - 1)

    def _filament(self, name):
        return lambda settings: self._of(settings.get(name), self.first)

    def _process(self, name):
        def number(settings):
            stated = to_float(self.variants.process(settings.get(name), self.first))
            return stated if stated and stated > 0 else None

        return number

    def _retraction(self, name):
        def number(settings):
            own = self._of(settings.get(f"filament_{name}"), self.first)
            if own is not None and own != "nil":
                return own
            return self.variants.process(settings.get(name), self.first)

        return number

    def _many(self, name):
        def numbers(_settings):
            found = self.variants.numbers(self.raw.get(name))
            return found if any(found) else None

        return numbers

    def _fan_from_layer(self, settings):
        raw = self._of(settings.get("close_fan_the_first_x_layers"), self.first)
        layers = to_float(raw)
        return None if layers is None else layers + 1

    def _chamber(self, settings):
        raw = settings.get("chamber_temperature", settings.get("chamber_temperatures"))
        numbers = [
            to_float(self._of(raw, index)) for index in self.used or [self.first]
        ]
        # 0 is a chamber that is left alone.
        return max((number for number in numbers if number), default=None)

    def _flow(self, _settings):
        ratios = self.variants.numbers(self.raw.get("filament_flow_ratio"))
        return None if None in ratios else [ratio * 100 for ratio in ratios]

    def _prime_tower(self, settings):
        # Nothing is primed without a second filament.
        on = settings.get("enable_prime_tower")
        return None if on is None else bool(on) and len(self.sliced.filaments) > 1


def _texts(filaments, name):
    texts = [getattr(filament, name) for filament in filaments]
    return texts if any(texts) else None
