import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How far a print is, as a bar with its percentage. */
export class BarField extends Component {
    static template = "print3d_production.BarField";
    static props = { ...standardFieldProps };

    get percent() {
        const value = this.props.record.data[this.props.name] || 0;
        return Math.round(Math.min(Math.max(value, 0), 100));
    }

    get label() {
        return _t("%s %% printed", this.percent);
    }
}

registry.category("fields").add("print3d_bar", {
    component: BarField,
    displayName: _t("Print progress"),
    supportedTypes: ["float", "integer"],
});
