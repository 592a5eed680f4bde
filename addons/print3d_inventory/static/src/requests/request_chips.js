import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";

/**
 * What a request asks for: a swatch or a picture of each thing, how much, and its name.
 * The value is one of what `purchase.request.line._get_chip` returns, or a list of them.
 */
export class RequestChips extends Component {
    static template = "print3d_inventory.RequestChips";
    static components = { FilamentSwatch };
    static props = { ...standardFieldProps };

    get chips() {
        const value = this.props.record.data[this.props.name] || [];
        return Array.isArray(value) ? value : [value];
    }

    getPicture(chip) {
        return `/web/image/product.product/${chip.product_id}/image_128`;
    }
}

export const requestChips = {
    component: RequestChips,
    supportedTypes: ["json"],
    displayName: "Things of a request",
};

registry.category("fields").add("print3d_request_chips", requestChips);
