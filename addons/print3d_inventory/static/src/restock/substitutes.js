import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Filaments that will do instead: their chip, and how far their colour is off. */
export class SubstitutesField extends Component {
    static template = "print3d_inventory.SubstitutesField";
    static components = { FilamentChips };
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get substitutes() {
        return (this.props.record.data[this.props.name] || []).map((item) => ({
            ...item,
            chips: [item.chip],
            difference: this.describe(item.delta_e),
        }));
    }

    /** CIEDE2000 in words: 1 is about what the eye can just tell apart. */
    describe(distance) {
        if (distance < 1) {
            return _t("the same colour");
        }
        if (distance < 5) {
            return _t("hardly another colour (%s)", distance);
        }
        return _t("another shade (%s)", distance);
    }

    open(item) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "product.product",
            res_id: item.id,
            views: [[false, "form"]],
            context: {
                form_view_ref: "print3d_inventory.product_product_view_form_filament",
            },
        });
    }
}

registry.category("fields").add("print3d_substitutes", {
    component: SubstitutesField,
    displayName: _t("Substitutes"),
    supportedTypes: ["json"],
});
