import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const RADIUS = 26;
export const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** A ring with the percentage and a word (the time left) inside. */
export class ProgressRing extends Component {
    static template = "print3d_library.ProgressRing";
    static props = {
        percent: { type: Number, optional: true },
        text: { type: String, optional: true },
        colour: { type: String, optional: true },
        size: { type: Number, optional: true },
    };
    static defaultProps = { percent: 0, text: "", colour: "violet", size: 64 };

    get percent() {
        return Math.round(Math.min(Math.max(this.props.percent || 0, 0), 100));
    }

    get dash() {
        return `${(CIRCUMFERENCE * this.percent) / 100} ${CIRCUMFERENCE}`;
    }

    get label() {
        return [`${this.percent}%`, this.props.text].filter(Boolean).join(", ");
    }
}

export class ProgressRingField extends Component {
    static template = "print3d_library.ProgressRingField";
    static components = { ProgressRing };
    static props = {
        ...standardFieldProps,
        textField: { type: String, optional: true },
        colour: { type: String, optional: true },
        size: { type: Number, optional: true },
    };

    get percent() {
        return this.props.record.data[this.props.name] || 0;
    }

    get text() {
        return String(this.props.record.data[this.props.textField] || "");
    }
}

export const progressRingField = {
    component: ProgressRingField,
    displayName: _t("Progress ring"),
    supportedTypes: ["float", "integer"],
    supportedOptions: [
        { label: _t("Field of the text"), name: "text_field", type: "field" },
        { label: _t("Colour"), name: "colour", type: "string" },
        { label: _t("Size in pixels"), name: "size", type: "number" },
    ],
    fieldDependencies: ({ options }) =>
        options.text_field
            ? [{ name: options.text_field, type: "char", readonly: true }]
            : [],
    extractProps: ({ options }) => ({
        textField: options.text_field,
        colour: options.colour ?? "violet",
        size: options.size ?? 64,
    }),
};

registry.category("fields").add("print3d_progress_ring", progressRingField);
