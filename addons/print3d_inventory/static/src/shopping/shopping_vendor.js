import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { ShoppingLine } from "./shopping_line";

/** One vendor: what is bought there, its freight, and how far it is from free. */
export class ShoppingVendor extends Component {
    static template = "print3d_inventory.ShoppingVendor";
    static components = { ShoppingLine };
    static props = {
        vendor: { type: [Object, { value: null }] },
        lines: Array,
        may: Object,
        currencyId: Number,
        unticked: Set,
        api: Object,
    };

    money(amount) {
        return formatCurrency(amount, this.props.currencyId);
    }

    get vendor() {
        return this.props.vendor;
    }

    get hasBar() {
        const { vendor } = this;
        return Boolean(vendor && vendor.free_from && vendor.freight_cost);
    }

    get barText() {
        const { vendor } = this;
        return vendor.to_free
            ? _t("%(missing)s to free freight (freight %(cost)s)", {
                  missing: this.money(vendor.to_free),
                  cost: this.money(vendor.freight_cost),
              })
            : _t("Freight is free from %s", this.money(vendor.free_from));
    }

    get topUpText() {
        const { top_up } = this.vendor;
        const words = [
            _t("%(more)s more of %(name)s: %(cost)s", {
                more: top_up.more,
                name: top_up.name,
                cost: this.money(top_up.cost),
            }),
        ];
        if (top_up.saved) {
            words.push(_t("saves freight of %s", this.money(top_up.saved)));
        }
        return words.join(", ");
    }

    /** Buy more of a line, so that the order reaches what the vendor wants. */
    topUp() {
        const { top_up } = this.vendor;
        const line = this.props.lines.find((each) => each.id === top_up.line_id);
        this.props.api.setPacks(line, top_up.packs);
    }
}
