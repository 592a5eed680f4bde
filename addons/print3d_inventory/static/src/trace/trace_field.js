import { Component, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { TraceSections } from "./trace_sections";

/** Where the filament of a recall went, in its form. */
export class TraceField extends Component {
    static template = "print3d_inventory.TraceField";
    static components = { TraceSections };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ trace: null });
        // The form is there at once; what is long is read beside it.
        useEffect(
            (resId) => {
                if (resId) {
                    this.load(resId);
                }
            },
            () => {
                const { resId, data } = this.props.record;
                return [resId, data.stopped_on?.ts, data.closed_on?.ts];
            }
        );
    }

    async load(resId) {
        const { resModel } = this.props.record;
        this.state.trace = await this.orm.call(resModel, "get_trace", [[resId]]);
    }
}

registry.category("fields").add("print3d_trace", {
    component: TraceField,
    displayName: _t("Where filament went"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "stopped_on", type: "datetime", readonly: true },
        { name: "closed_on", type: "datetime", readonly: true },
    ],
});
