import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { StateDot } from "../marks/state_dot";

const ICONS = { green: "fa-check", amber: "fa-exclamation", red: "fa-times" };

/** Lines of `{key, colour, label, detail}`, each with its dot. */
export class Checklist extends Component {
    static template = "print3d_library.Checklist";
    static components = { StateDot };
    static props = { ...standardFieldProps };

    get lines() {
        return (this.props.record.data[this.props.name] || []).map((line) => ({
            ...line,
            icon: ICONS[line.colour],
        }));
    }
}

export const checklist = {
    component: Checklist,
    displayName: _t("Checklist"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_checklist", checklist);
