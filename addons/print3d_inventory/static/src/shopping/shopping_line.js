import { Component, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";
import { Thumbnail } from "@print3d_library/marks/thumbnail";
import { dateText } from "./shopping_format";

/** One thing to buy. */
export class ShoppingLine extends Component {
    static template = "print3d_inventory.ShoppingLine";
    static components = {
        Dropdown,
        DropdownItem,
        FilamentSwatch,
        SpoolGauge,
        Thumbnail,
    };
    static props = {
        line: Object,
        may: Object,
        currencyId: Number,
        isTicked: Boolean,
        api: Object,
    };

    setup() {
        this.state = useState({ open: false });
        this.delays = [
            { days: 1, label: _t("Until tomorrow") },
            { days: 7, label: _t("For a week") },
            { days: 30, label: _t("For a month") },
        ];
    }

    get line() {
        return this.props.line;
    }

    get image() {
        return `/web/image/product.product/${this.line.product_id}/image_128`;
    }

    get priceText() {
        return formatCurrency(this.line.unit_price, this.line.currency_id);
    }

    get costText() {
        return formatCurrency(this.line.cost, this.line.currency_id);
    }

    get isForeign() {
        return this.line.currency_id && this.line.currency_id !== this.props.currencyId;
    }

    get companyCostText() {
        return formatCurrency(this.line.company_cost, this.props.currencyId);
    }

    get leftOverText() {
        const { left_over, left_over_text } = this.line;
        if (!left_over) {
            return "";
        }
        return left_over > 0
            ? _t("%s left over", left_over_text)
            : _t("%s less than needed", left_over_text);
    }

    get lateText() {
        return _t("Comes about %(arrival)s, needed by %(day)s", {
            arrival: dateText(this.line.arrives_on),
            day: dateText(this.line.needed_on),
        });
    }

    get mayChange() {
        return this.props.may.buy && Boolean(this.line.vendor_id);
    }

    step(by) {
        this.props.api.setPacks(this.line, this.line.packs + by);
    }

    onPacks(ev) {
        const packs = parseInt(ev.target.value, 10);
        if (packs > 0) {
            this.props.api.setPacks(this.line, packs);
        } else {
            ev.target.value = this.line.packs;
        }
    }
}
