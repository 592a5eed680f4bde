import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A measured figure with as many digits as matter at its size, and its unit.
 *
 * @param {number} value
 * @param {string} unit e.g. "cm³"
 * @returns {string} e.g. "0.035 cm³", "4.26 cm³", "1,204 cm³"
 */
export function formatMeasure(value, unit) {
    const size = Math.abs(value || 0);
    const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    const number = formatFloat(value || 0, {
        digits: [false, digits],
        trailingZeros: false,
    });
    return unit ? `${number} ${unit}` : number;
}

export class MeasureField extends Component {
    static template = "print3d_library.FigureField";
    static props = { ...standardFieldProps, unit: { type: String, optional: true } };
    static defaultProps = { unit: "" };

    get text() {
        return formatMeasure(this.props.record.data[this.props.name], this.props.unit);
    }
}

export const measureField = {
    component: MeasureField,
    displayName: _t("Measure"),
    supportedTypes: ["float", "integer"],
    supportedOptions: [{ label: _t("Unit"), name: "unit", type: "string" }],
    extractProps: ({ options }) => ({ unit: options.unit }),
};

registry.category("fields").add("print3d_measure", measureField);
