import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatGrams, formatPrintTime } from "../marks/format";

/** What a roll-back will change, before it does. */
export class ChangesField extends Component {
    static template = "print3d_library.ChangesField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || {};
    }

    get rows() {
        const { time_s: time = [], grams = [], materials } = this.value;
        const rows = [
            {
                key: "time",
                label: _t("Time a piece"),
                old: formatPrintTime(time[0]) || "–",
                new: formatPrintTime(time[1]) || "–",
            },
            {
                key: "grams",
                label: _t("Filament a piece"),
                old: formatGrams(grams[0]),
                new: formatGrams(grams[1]),
            },
        ];
        for (const [index, line] of (materials || []).entries()) {
            rows.push({
                key: `material_${index}`,
                label: _t("Bill of materials: %s", line.label),
                old: line.old ? formatGrams(line.old) : "–",
                new: line.new ? formatGrams(line.new) : "–",
            });
        }
        return rows;
    }

    get keptText() {
        const { kept } = this.value;
        return kept === 1
            ? _t("One line that somebody added to the bill of materials stays.")
            : _t("%s lines that people added to the bill of materials stay.", kept);
    }

    get ordersText() {
        const { orders } = this.value;
        return _t(
            "Confirmed orders are printed as they were planned: %s",
            orders.join(", ")
        );
    }
}

export const changesField = {
    component: ChangesField,
    displayName: _t("Changes of a roll-back"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_changes", changesField);
