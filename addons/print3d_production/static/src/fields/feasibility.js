import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    ready: "fa-check",
    swap: "fa-exchange",
    short: "fa-exclamation-triangle",
    no_printer: "fa-ban",
};

/** Whether a print can start, as a bar with what has to be done first. */
export class FeasibilityField extends Component {
    static template = "print3d_production.FeasibilityField";
    static props = {
        ...standardFieldProps,
        noteField: { type: String, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return ICONS[this.value];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return (selection.find(([value]) => value === this.value) || ["", ""])[1];
    }

    get note() {
        return this.props.record.data[this.props.noteField] || "";
    }
}

registry.category("fields").add("print3d_feasibility", {
    component: FeasibilityField,
    displayName: _t("Feasibility"),
    supportedTypes: ["selection"],
    supportedOptions: [
        { label: _t("Field of the explanation"), name: "note_field", type: "field" },
    ],
    fieldDependencies: ({ options }) =>
        options.note_field
            ? [{ name: options.note_field, type: "char", readonly: true }]
            : [],
    extractProps: ({ options }) => ({ noteField: options.note_field }),
});
