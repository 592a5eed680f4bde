import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";

/** The slots of a printer, each with the gauge of its spool. */
export class Slots extends Component {
    static template = "print3d_production.Slots";
    static components = { SpoolGauge };
    static props = { slots: { type: [Array, Boolean], optional: true } };

    get slots() {
        return this.props.slots || [];
    }
}

export class SlotsField extends Component {
    static template = "print3d_production.SlotsField";
    static components = { Slots };
    static props = { ...standardFieldProps };

    get slots() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("print3d_slots", {
    component: SlotsField,
    displayName: _t("Slots of a printer"),
    supportedTypes: ["json"],
});
