import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** Groups of key figures in the order of the screen, as in `slicer/vocabulary.py`. */
export const TERM_GROUPS = {
    layers: { label: _t("Layers"), icon: "fa-bars" },
    walls: { label: _t("Walls and shells"), icon: "fa-square-o" },
    infill: { label: _t("Infill"), icon: "fa-th" },
    supports: { label: _t("Supports"), icon: "fa-tree" },
    adhesion: { label: _t("Bed adhesion"), icon: "fa-magnet" },
    temperatures: { label: _t("Temperatures"), icon: "fa-thermometer-half" },
    speeds: { label: _t("Speeds"), icon: "fa-tachometer" },
    cooling: { label: _t("Cooling"), icon: "fa-snowflake-o" },
    retraction: { label: _t("Retraction"), icon: "fa-undo" },
    filament: { label: _t("Filament"), icon: "fa-circle-o-notch" },
    printer: { label: _t("Printer"), icon: "fa-print" },
};

/** Names, groups and units of the common terms, as in `slicer/vocabulary.py`. */
export const TERMS = {
    layer_height: ["layers", _t("Layer height"), "mm"],
    first_layer_height: ["layers", _t("First layer"), "mm"],
    line_width: ["layers", _t("Line width"), "mm"],
    first_layer_line_width: ["layers", _t("Line width, first layer"), "mm"],
    variable_layers: ["layers", _t("Variable layers")],
    spiral_vase: ["layers", _t("Spiral vase")],
    ironing: ["layers", _t("Ironing")],
    fuzzy_skin: ["layers", _t("Fuzzy skin")],
    xy_compensation: ["layers", _t("X-Y compensation"), "mm"],
    elephant_foot: ["layers", _t("Elephant foot compensation"), "mm"],
    sequential: ["layers", _t("One object after the other")],
    wall_count: ["walls", _t("Walls")],
    wall_thickness: ["walls", _t("Wall thickness"), "mm"],
    top_layers: ["walls", _t("Top layers")],
    bottom_layers: ["walls", _t("Bottom layers")],
    top_thickness: ["walls", _t("Top thickness"), "mm"],
    bottom_thickness: ["walls", _t("Bottom thickness"), "mm"],
    wall_generator: ["walls", _t("Wall generator")],
    wall_order: ["walls", _t("Order of walls")],
    seam: ["walls", _t("Seam")],
    infill_density: ["infill", _t("Density"), "%"],
    infill_pattern: ["infill", _t("Pattern")],
    top_pattern: ["infill", _t("Top pattern")],
    bottom_pattern: ["infill", _t("Bottom pattern")],
    infill_angle: ["infill", _t("Angle"), "°"],
    supports: ["supports", _t("Supports")],
    support_style: ["supports", _t("Style")],
    support_angle: ["supports", _t("From an overhang of"), "°"],
    support_plate_only: ["supports", _t("On the plate only")],
    support_gap: ["supports", _t("Gap to the part"), "mm"],
    support_density: ["supports", _t("Density"), "%"],
    adhesion: ["adhesion", _t("Kind")],
    brim_width: ["adhesion", _t("Brim width"), "mm"],
    skirt_loops: ["adhesion", _t("Skirt loops")],
    raft_layers: ["adhesion", _t("Raft layers")],
    nozzle_temp: ["temperatures", _t("Nozzle"), "°C"],
    first_layer_nozzle_temp: ["temperatures", _t("Nozzle, first layer"), "°C"],
    bed_temp: ["temperatures", _t("Bed"), "°C"],
    first_layer_bed_temp: ["temperatures", _t("Bed, first layer"), "°C"],
    chamber_temp: ["temperatures", _t("Chamber"), "°C"],
    speed_print: ["speeds", _t("Print"), "mm/s"],
    speed_outer_wall: ["speeds", _t("Outer wall"), "mm/s"],
    speed_inner_wall: ["speeds", _t("Inner walls"), "mm/s"],
    speed_infill: ["speeds", _t("Infill"), "mm/s"],
    speed_solid_infill: ["speeds", _t("Solid infill"), "mm/s"],
    speed_top: ["speeds", _t("Top"), "mm/s"],
    speed_support: ["speeds", _t("Supports"), "mm/s"],
    speed_bridge: ["speeds", _t("Bridges"), "mm/s"],
    speed_travel: ["speeds", _t("Travel"), "mm/s"],
    speed_first_layer: ["speeds", _t("First layer"), "mm/s"],
    acceleration: ["speeds", _t("Acceleration"), "mm/s²"],
    fan_min: ["cooling", _t("Fan, least"), "%"],
    fan_max: ["cooling", _t("Fan, most"), "%"],
    fan_from_layer: ["cooling", _t("Fan from layer")],
    min_layer_time: ["cooling", _t("Shortest layer"), "s"],
    retraction_length: ["retraction", _t("Length"), "mm"],
    retraction_speed: ["retraction", _t("Speed"), "mm/s"],
    z_hop: ["retraction", _t("Z hop"), "mm"],
    filament_type: ["filament", _t("Material")],
    filament_diameter: ["filament", _t("Diameter"), "mm"],
    filament_density: ["filament", _t("Density"), "g/cm³"],
    flow_ratio: ["filament", _t("Flow"), "%"],
    max_volumetric_speed: ["filament", _t("Most melted"), "mm³/s"],
    filament_preset: ["filament", _t("Preset")],
    prime_tower: ["filament", _t("Prime tower")],
    printer_model: ["printer", _t("Printer")],
    nozzle_diameter: ["printer", _t("Nozzle"), "mm"],
    bed_type: ["printer", _t("Plate")],
    gcode_flavour: ["printer", _t("G-code flavour")],
    print_preset: ["printer", _t("Print preset")],
    printer_preset: ["printer", _t("Printer preset")],
};

/** What a person looks for first: shown before the rest is unfolded. */
export const FIRST_TERMS = new Set([
    "layer_height",
    "first_layer_height",
    "line_width",
    "spiral_vase",
    "wall_count",
    "top_layers",
    "bottom_layers",
    "infill_density",
    "infill_pattern",
    "supports",
    "support_style",
    "adhesion",
    "brim_width",
    "nozzle_temp",
    "bed_temp",
    "chamber_temp",
    "speed_print",
    "speed_outer_wall",
    "speed_infill",
    "fan_max",
    "retraction_length",
    "filament_type",
    "filament_preset",
    "printer_model",
    "nozzle_diameter",
    "bed_type",
    "print_preset",
]);

// The common words of choices; a slicer's own word is shown as it stands.
const WORDS = {
    "3d_honeycomb": _t("3D honeycomb"),
    adaptive_cubic: _t("adaptive cubic"),
    aligned: _t("aligned"),
    aligned_rectilinear: _t("aligned rectilinear"),
    arachne: _t("Arachne"),
    archimedean: _t("Archimedean chords"),
    auto: _t("automatic"),
    brim: _t("brim"),
    classic: _t("classic"),
    concentric: _t("concentric"),
    cross: _t("cross"),
    cross_3d: _t("cross 3D"),
    cross_hatch: _t("cross hatch"),
    cubic: _t("cubic"),
    grid: _t("grid"),
    gyroid: _t("gyroid"),
    hilbert: _t("Hilbert curve"),
    honeycomb: _t("honeycomb"),
    inner_outer: _t("inner, then outer"),
    inner_outer_inner: _t("inner, outer, inner"),
    lightning: _t("lightning"),
    lines: _t("lines"),
    monotonic: _t("monotonic"),
    monotonic_lines: _t("monotonic lines"),
    nearest: _t("nearest"),
    none: _t("none"),
    normal: _t("normal"),
    octagram: _t("octagram spiral"),
    octet: _t("octet"),
    outer_inner: _t("outer, then inner"),
    quarter_cubic: _t("quarter cubic"),
    raft: _t("raft"),
    random: _t("random"),
    rear: _t("rear"),
    rectilinear: _t("rectilinear"),
    sharpest: _t("sharpest corner"),
    skirt: _t("skirt"),
    star: _t("star"),
    support_cubic: _t("support cubic"),
    tree: _t("tree"),
    triangles: _t("triangles"),
    trihexagon: _t("tri-hexagon"),
    user: _t("painted"),
    zigzag: _t("zigzag"),
};
const CHOICES = new Set([
    "wall_generator",
    "wall_order",
    "seam",
    "infill_pattern",
    "top_pattern",
    "bottom_pattern",
    "support_style",
    "adhesion",
]);

/**
 * The translated name of a common term.
 *
 * @param {string} key
 * @returns {string}
 */
export function termLabel(key) {
    return TERMS[key] ? String(TERMS[key][1]) : key;
}

/**
 * A number in the language of the user, without digits that say nothing.
 *
 * @param {number} number
 * @returns {string}
 */
export function formatNumber(number) {
    return Number.isInteger(number)
        ? formatFloat(number, { digits: [false, 0] })
        : formatFloat(number, { digits: [false, 4], trailingZeros: false });
}

/**
 * A value as people read it: lists of equal entries are said once.
 *
 * @param {any} value
 * @param {string} [unit]
 * @param {string} [key] common term, for the words of its choices
 * @returns {string}
 */
export function formatTerm(value, unit = "", key = "") {
    if (Array.isArray(value)) {
        return [...new Set(value.map((entry) => formatTerm(entry, unit, key)))].join(
            " · "
        );
    }
    if (value === true) {
        return _t("yes");
    }
    if (value === false) {
        return _t("no");
    }
    if (typeof value === "number") {
        const space = unit === "%" || unit === "°" ? "" : "\u00a0";
        return formatNumber(value) + (unit ? space + unit : "");
    }
    const text = String(value ?? "");
    return CHOICES.has(key) && WORDS[text] ? String(WORDS[text]) : text;
}
