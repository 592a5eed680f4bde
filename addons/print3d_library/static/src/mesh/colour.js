import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { safeColour } from "../marks/format";

/** A colour that a file states: its swatch and its number. */
export class ColourField extends Component {
    static template = "print3d_library.ColourField";
    static props = { ...standardFieldProps };

    get colour() {
        return safeColour(this.props.record.data[this.props.name]);
    }
}

export const colourField = {
    component: ColourField,
    displayName: _t("Colour swatch"),
    supportedTypes: ["char"],
};

registry.category("fields").add("print3d_colour", colourField);
