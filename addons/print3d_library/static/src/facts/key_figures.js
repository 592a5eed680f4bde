import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CorrectableValue, correctionDependencies, formatFact } from "./correctable";
import { FIRST_TERMS, formatTerm, TERM_GROUPS, TERMS, termLabel } from "./terms";

// Key figures that are fields of the version: they may be corrected.
const FACTS = {
    printer_model: "char",
    nozzle_diameter: "float",
    layer_height: "float",
    first_layer_height: "float",
    nozzle_temp: "integer",
    bed_temp: "integer",
};

/** One key figure, `null` when neither the file nor a person states it. */
function readFigure(key, unit, stated, facts, corrected) {
    const isFact = key in FACTS;
    const value = corrected || stated === undefined ? facts[key] : stated;
    if (stated === undefined && !value && !corrected) {
        return null;
    }
    return {
        key,
        label: termLabel(key),
        fact: isFact ? facts[key] : undefined,
        isFact,
        text: corrected ? formatFact(key, value) : formatTerm(value, unit, key),
    };
}

/**
 * Key figures in groups.
 *
 * @param {Object} common the common terms of a version
 * @param {Object} facts values of the fields that say the same
 * @param {Object} corrections marks of the corrected fields
 * @param {boolean} all the rarer ones too
 * @returns {{key: string, label: string, icon: string, entries: Object[]}[]}
 */
export function groupFigures(common, facts = {}, corrections = {}, all = false) {
    const groups = new Map();
    for (const [key, [group, , unit]] of Object.entries(TERMS)) {
        const corrected = key in FACTS && key in (corrections || {});
        if (!all && !FIRST_TERMS.has(key) && !corrected) {
            continue;
        }
        const entry = readFigure(key, unit, common?.[key], facts, corrected);
        if (!entry) {
            continue;
        }
        if (!groups.has(group)) {
            const { label, icon } = TERM_GROUPS[group];
            groups.set(group, { key: group, label: String(label), icon, entries: [] });
        }
        groups.get(group).entries.push(entry);
    }
    return Object.keys(TERM_GROUPS)
        .filter((key) => groups.has(key))
        .map((key) => groups.get(key));
}

/** What all slicers state, under the same names whichever wrote the file. */
export class KeyFiguresField extends Component {
    static template = "print3d_library.KeyFiguresField";
    static components = { CorrectableValue };
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ all: false });
    }

    get data() {
        return this.props.record.data;
    }

    get facts() {
        return Object.fromEntries(
            Object.keys(FACTS).map((name) => [name, this.data[name]])
        );
    }

    get groups() {
        return this.getGroups(this.state.all);
    }

    getGroups(all) {
        return groupFigures(
            this.data[this.props.name],
            this.facts,
            this.data.corrections,
            all
        );
    }

    get hasMore() {
        const count = (groups) =>
            groups.reduce((sum, { entries }) => sum + entries.length, 0);
        return count(this.getGroups(true)) > count(this.getGroups(false));
    }

    get moreLabel() {
        return this.state.all ? _t("Fewer key figures") : _t("More key figures");
    }

    label(entry) {
        return this.props.record.fields[entry.key]?.string || entry.label;
    }
}

export const keyFiguresField = {
    component: KeyFiguresField,
    displayName: _t("Key figures"),
    supportedTypes: ["json"],
    fieldDependencies: [
        ...correctionDependencies,
        ...Object.entries(FACTS).map(([name, type]) => ({
            name,
            type,
            readonly: true,
        })),
    ],
};

registry.category("fields").add("print3d_key_figures", keyFiguresField);
