import { Component } from "@odoo/owl";
import { StateDot } from "@print3d_library/marks/state_dot";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const DOTS = {
    none: { colour: "amber", icon: "fa-search" },
    unsure: { colour: "amber" },
    matched: { colour: "blue", icon: "fa-magic" },
    confirmed: { colour: "green" },
};

/**
 * How sure it is that a line of a file is printed with its filament, and why.
 *
 * The field holds `{state, label, confidence, reason}`.
 */
export class FilamentMatchField extends Component {
    static template = "print3d_inventory.FilamentMatchField";
    static components = { StateDot };
    static props = { ...standardFieldProps };

    get mark() {
        return this.props.record.data[this.props.name] || null;
    }

    get dot() {
        return { ...DOTS[this.mark.state], label: this.mark.label };
    }

    get confidence() {
        return this.mark.confidence ? `${this.mark.confidence}\u00A0%` : "";
    }
}

export const filamentMatchField = {
    component: FilamentMatchField,
    displayName: _t("Match of a filament"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_filament_match", filamentMatchField);
