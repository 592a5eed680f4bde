import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
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
        onWillStart(() => this.load(this.props.record));
        // Buttons above read the record anew; typing into it does not count.
        onWillUpdateProps(({ record }) => record.dirty || this.load(record));
    }

    async load(record) {
        if (record.resId) {
            this.state.trace = await this.orm.call(record.resModel, "get_trace", [
                [record.resId],
            ]);
        }
    }
}

registry.category("fields").add("print3d_trace", {
    component: TraceField,
    displayName: _t("Where filament went"),
    supportedTypes: ["json"],
});
