import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the catalogue says of a filament otherwise: ours struck out, theirs after it. */
export class CatalogueOffer extends Component {
    static template = "print3d_inventory.CatalogueOffer";
    static props = { ...standardFieldProps };

    get offers() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("print3d_catalogue_offer", {
    component: CatalogueOffer,
    displayName: _t("News from the catalogue"),
    supportedTypes: ["json"],
});
