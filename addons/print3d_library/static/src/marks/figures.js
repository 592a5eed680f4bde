import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatGrams, formatPrintTime } from "./format";

class FigureField extends Component {
    static template = "print3d_library.FigureField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }
}

/** Seconds as hours and minutes. */
export class PrintTimeField extends FigureField {
    get text() {
        return formatPrintTime(this.value) || "–";
    }
}

/** Grams, rounded to what matters. */
export class GramsField extends FigureField {
    get text() {
        return this.value ? formatGrams(this.value) : "–";
    }
}

export const printTimeField = {
    component: PrintTimeField,
    displayName: _t("Print time"),
    supportedTypes: ["integer", "float"],
};

export const gramsField = {
    component: GramsField,
    displayName: _t("Grams"),
    supportedTypes: ["float", "integer"],
};

registry.category("fields").add("print3d_print_time", printTimeField);
registry.category("fields").add("print3d_grams", gramsField);
