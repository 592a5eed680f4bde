import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Settings a person looks for first, under the names of the slicers. */
export const KEY_SETTINGS = [
    "layer_height",
    "first_layer_height",
    "initial_layer_print_height",
    "nozzle_diameter",
    "filament_type",
    "temperature",
    "nozzle_temperature",
    "material_print_temperature",
    "bed_temperature",
    "hot_plate_temp",
    "material_bed_temperature",
    "perimeters",
    "wall_loops",
    "wall_line_count",
    "fill_density",
    "sparse_infill_density",
    "infill_sparse_density",
    "fill_pattern",
    "sparse_infill_pattern",
    "infill_pattern",
    "support_material",
    "enable_support",
    "support_enable",
    "brim_width",
    "brim_type",
    "adhesion_type",
    "spiral_vase",
    "spiral_mode",
    "printer_model",
    "print_settings_id",
    "filament_settings_id",
    "printer_settings_id",
];

// The first group whose pattern fits takes a setting.
const GROUPS = [
    { key: "gcode", label: _t("G-code and texts"), pattern: /gcode|notes|template/ },
    { key: "temperature", label: _t("Temperatures"), pattern: /temp/ },
    { key: "support", label: _t("Supports"), pattern: /support|raft|tree_/ },
    { key: "infill", label: _t("Infill"), pattern: /infill|fill_/ },
    { key: "cooling", label: _t("Cooling"), pattern: /fan|cool|slowdown|overhang/ },
    {
        key: "retraction",
        label: _t("Retraction"),
        pattern: /retract|wipe|deretract|z_hop/,
    },
    { key: "speed", label: _t("Speeds"), pattern: /speed|accel|jerk|feedrate/ },
    {
        key: "shell",
        label: _t("Layers and walls"),
        pattern: /layer|perimeter|wall|top_|bottom_|seam|shell|spiral|iron/,
    },
    { key: "bed", label: _t("Bed adhesion"), pattern: /brim|skirt|bed|adhesion|plate/ },
    { key: "filament", label: _t("Filament"), pattern: /filament|material|flow|extru/ },
    {
        key: "printer",
        label: _t("Printer"),
        pattern: /printer|machine|nozzle|thumbnail/,
    },
    { key: "other", label: _t("Other"), pattern: /./ },
];
const KEY_GROUP = { key: "key", label: _t("Key figures") };

/**
 * Settings in groups, the key figures first.
 *
 * @param {Object} settings names with a string or a list of strings
 * @param {string} [query] words that all have to be in the name or the value
 * @returns {{key: string, label: string, entries: {name: string, value: string}[]}[]}
 */
export function groupSettings(settings, query = "") {
    const words = query
        .toLowerCase()
        .split(/[\s_]+/)
        .filter(Boolean);
    const groups = new Map();
    for (const [name, stated] of Object.entries(settings || {})) {
        const value = toText(stated);
        const haystack = `${name} ${name.replaceAll("_", " ")} ${value}`.toLowerCase();
        if (!words.every((word) => haystack.includes(word))) {
            continue;
        }
        const group = KEY_SETTINGS.includes(name)
            ? KEY_GROUP
            : GROUPS.find(({ pattern }) => pattern.test(name.toLowerCase()));
        if (!groups.has(group)) {
            groups.set(group, []);
        }
        groups.get(group).push({ name, value });
    }
    const order = [KEY_GROUP, ...GROUPS];
    return order
        .filter((group) => groups.has(group))
        .map((group) => ({
            key: group.key,
            label: group.label,
            entries: groups.get(group).sort((a, b) => compare(group, a.name, b.name)),
        }));
}

function compare(group, a, b) {
    if (group === KEY_GROUP) {
        return KEY_SETTINGS.indexOf(a) - KEY_SETTINGS.indexOf(b);
    }
    return a.localeCompare(b);
}

function toText(stated) {
    if (Array.isArray(stated)) {
        // One value a tool: the same for all is said once.
        return [...new Set(stated.map(toText))].join(", ");
    }
    if (stated && typeof stated === "object") {
        return JSON.stringify(stated);
    }
    return String(stated ?? "").replaceAll("\\n", "\n");
}

/** All settings of a sliced file, searched as one types. */
export class SlicerSettingsField extends Component {
    static template = "print3d_library.SlicerSettingsField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ query: "" });
    }

    get settings() {
        return this.props.record.data[this.props.name] || {};
    }

    get count() {
        return Object.keys(this.settings).length;
    }

    get groups() {
        return groupSettings(this.settings, this.state.query);
    }

    get found() {
        return this.groups.reduce((sum, group) => sum + group.entries.length, 0);
    }

    get countText() {
        return this.state.query
            ? _t("%(found)s of %(count)s settings", {
                  found: this.found,
                  count: this.count,
              })
            : _t("%s settings", this.count);
    }

    isOpen(group) {
        return Boolean(this.state.query) || group.key === "key";
    }
}

export const slicerSettingsField = {
    component: SlicerSettingsField,
    displayName: _t("Slicer settings"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_slicer_settings", slicerSettingsField);
