import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatTerm, TERMS, termLabel } from "../facts/terms";

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
// Longer than this, a value is folded.
const FOLD_LINES = 4;
const FOLD_LENGTH = 240;

const SCOPES = {
    object: _t("Object"),
    part: _t("Part"),
    layers: _t("Layers"),
    plate: _t("Plate"),
    preset: _t("Preset"),
};
const ROLES = {
    modifier_part: _t("modifier"),
    negative_part: _t("negative volume"),
    support_blocker: _t("support blocker"),
    support_enforcer: _t("support enforcer"),
};

/**
 * A value as text, lists with one entry a line of G-code or joined with commas.
 *
 * @param {any} stated
 * @returns {string}
 */
export function toText(stated) {
    if (Array.isArray(stated)) {
        return stated.map(toText).join(", ");
    }
    if (stated && typeof stated === "object") {
        return JSON.stringify(stated);
    }
    return String(stated ?? "").replaceAll("\\n", "\n");
}

/**
 * What is shown of a value: one text, or one a tool where they differ.
 *
 * @param {string} name
 * @param {any} stated
 * @returns {{name: string, value: string, tools: string[], same: number, lines: number}}
 */
export function toEntry(name, stated) {
    const texts = Array.isArray(stated) ? stated.map(toText) : [];
    const isSame = texts.length > 1 && texts.every((text) => text === texts[0]);
    const value = isSame ? texts[0] : toText(stated);
    return {
        name,
        stated,
        value,
        tools: texts.length > 1 && !isSame ? texts : [],
        same: isSame ? texts.length : 0,
        lines: value.split("\n").length,
    };
}

/**
 * The group of a setting by its own name, in the order of the screen.
 *
 * @param {string} name
 * @returns {{key: string, label: string, position: number}}
 */
export function findSettingGroup(name) {
    const lower = name.toLowerCase();
    const position = GROUPS.findIndex(({ pattern }) => pattern.test(lower));
    const { key, label } = GROUPS[position];
    return { key, label: String(label), position };
}

export function getWords(query) {
    return query
        .toLowerCase()
        .split(/[\s_]+/)
        .filter(Boolean);
}

export function fits(words, ...texts) {
    const haystack = texts.join(" ").toLowerCase();
    const spaced = haystack.replaceAll("_", " ");
    return words.every((word) => haystack.includes(word) || spaced.includes(word));
}

/**
 * Settings in groups.
 *
 * @param {Object} settings names with their values
 * @param {string} [query] words that all have to be in the name or the value
 * @param {Object} [common] the same under the common names, which are searched too
 * @returns {{key: string, label: string, entries: Object[]}[]}
 */
export function groupSettings(settings, query = "", common = {}) {
    const words = getWords(query);
    const groups = new Map();
    const add = (key, label, entry) => {
        if (!groups.has(key)) {
            groups.set(key, { key, label: String(label), entries: [] });
        }
        groups.get(key).entries.push(entry);
    };
    for (const [name, stated] of Object.entries(common || {})) {
        const text = formatTerm(stated, TERMS[name]?.[2], name);
        if (fits(words, name, termLabel(name), text)) {
            add("common", _t("Under common names"), {
                ...toEntry(name, text),
                stated,
                label: termLabel(name),
            });
        }
    }
    const order = new Map(GROUPS.map((group) => [group.key, []]));
    for (const [name, stated] of Object.entries(settings || {})) {
        const entry = toEntry(name, stated);
        if (fits(words, name, toText(stated))) {
            const lower = name.toLowerCase();
            order
                .get(GROUPS.find(({ pattern }) => pattern.test(lower)).key)
                .push(entry);
        }
    }
    for (const { key, label } of GROUPS) {
        for (const entry of order
            .get(key)
            .sort((a, b) => a.name.localeCompare(b.name))) {
            add(key, label, entry);
        }
    }
    return [...groups.values()];
}

/**
 * Overrides, each setting with what it replaces.
 *
 * A part replaces what its object says, anything else what holds for the whole print.
 *
 * @param {Object[]} overrides `{scope, name, parent, role, plate, settings}`
 * @param {Object} settings of the whole print
 * @param {string} [query]
 * @returns {Object[]}
 */
export function readOverrides(overrides, settings, query = "") {
    const words = getWords(query);
    const all = overrides || [];
    const objects = new Map(
        all
            .filter(({ scope }) => scope === "object")
            .map((override) => [override.name, override.settings])
    );
    const result = [];
    for (const [index, override] of all.entries()) {
        const above = objects.get(override.parent || null) || {};
        const entries = readOverridden(override, above, settings || {}, words);
        const isEmpty = !Object.keys(override.settings || {}).length;
        if (entries.length || (isEmpty && !words.length)) {
            result.push({ key: index, ...describeOverride(override), entries });
        }
    }
    return result;
}

/** Settings of one override that fit the words, each with what it replaces. */
function readOverridden({ settings, name, parent }, above, whole, words) {
    return Object.entries(settings || {})
        .filter(([key, value]) => fits(words, key, toText(value), name, parent))
        .map(([key, value]) => {
            const before = key in above ? above[key] : whole[key];
            return {
                ...toEntry(key, value),
                before: before === undefined ? null : toText(before),
                differs: toText(before) !== toText(value),
                from: key in above ? parent : "",
            };
        });
}

/** What an override holds for, in words. */
function describeOverride({ scope, name, parent, role, plate }) {
    return {
        scope: String(SCOPES[scope] || scope),
        role: ROLES[role] ? String(ROLES[role]) : "",
        name: name || (plate ? _t("Plate %s", plate) : ""),
        parent: parent || "",
        plate: plate && name ? plate : null,
    };
}

/** All settings of a sliced file, searched as one types. */
export class SlicerSettingsField extends Component {
    static template = "print3d_library.SlicerSettingsField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.state = useState({ query: "", open: {}, unfolded: {} });
    }

    get data() {
        return this.props.record.data;
    }

    get settings() {
        return this.data[this.props.name] || {};
    }

    get count() {
        return Object.keys(this.settings).length;
    }

    get groups() {
        return groupSettings(this.settings, this.state.query, this.data.common || {});
    }

    get overrides() {
        return readOverrides(this.data.overrides, this.settings, this.state.query);
    }

    get overrideCount() {
        return this.overrides.length;
    }

    getCountText(groups) {
        const found = groups
            .filter(({ key }) => key !== "common")
            .reduce((sum, { entries }) => sum + entries.length, 0);
        return this.state.query
            ? _t("%(found)s of %(count)s settings", { found, count: this.count })
            : _t("%s settings", this.count);
    }

    isOpen(key) {
        return this.state.open[key] ?? Boolean(this.state.query.trim());
    }

    toggle(key) {
        this.state.open[key] = !this.isOpen(key);
    }

    onQuery() {
        // What is found is shown, whatever was folded before.
        this.state.open = {};
    }

    setAll(groups, isOpen) {
        this.state.open = Object.fromEntries(
            ["overrides", ...groups.map(({ key }) => key)].map((key) => [key, isOpen])
        );
    }

    get expandLabel() {
        return _t("Expand all");
    }

    isAllOpen(groups) {
        return groups.every(({ key }) => this.isOpen(key));
    }

    isLong(entry) {
        return entry.lines > FOLD_LINES || entry.value.length > FOLD_LENGTH;
    }

    isFolded(key, entry) {
        return this.isLong(entry) && !this.state.unfolded[key];
    }

    toggleFold(key) {
        this.state.unfolded[key] = !this.state.unfolded[key];
    }

    foldLabel(key, entry) {
        if (this.state.unfolded[key]) {
            return _t("Show less");
        }
        return entry.lines > 1
            ? _t("Show all %s lines", entry.lines)
            : _t("Show all %s characters", entry.value.length);
    }

    copyLabel(name) {
        return _t("Copy %s", name);
    }

    async write(text, message) {
        try {
            await browser.navigator.clipboard.writeText(text);
        } catch {
            this.notification.add(_t("The browser did not let us copy."), {
                type: "warning",
            });
            return;
        }
        this.notification.add(message, { type: "success" });
    }

    copyEntry(entry) {
        return this.write(
            `${entry.name} = ${toText(entry.stated)}`,
            _t("%s is copied.", entry.name)
        );
    }

    copyGroup(group) {
        const lines = group.entries.map(
            ({ name, stated }) => `${name} = ${toText(stated)}`
        );
        return this.write(
            lines.join("\n"),
            _t("%s settings are copied.", group.entries.length)
        );
    }

    copyAllText() {
        const lines = Object.entries(this.settings).map(
            ([name, stated]) => `${name} = ${toText(stated)}`
        );
        return this.write(lines.join("\n"), _t("%s settings are copied.", this.count));
    }

    copyAllJson() {
        const { settings } = this;
        const { common, overrides } = this.data;
        return this.write(
            JSON.stringify({ settings, common, overrides }, null, 2),
            _t("%s settings are copied.", this.count)
        );
    }
}

export const slicerSettingsField = {
    component: SlicerSettingsField,
    displayName: _t("Slicer settings"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "common", type: "json", readonly: true },
        { name: "overrides", type: "json", readonly: true },
    ],
};

registry.category("fields").add("print3d_slicer_settings", slicerSettingsField);
