import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { dateText, unitPriceText } from "./shopping_format";

/** The vendors of one thing side by side: what it costs there in the end. */
export class CompareDialog extends Component {
    static template = "print3d_inventory.CompareDialog";
    static components = { Dialog, FilamentSwatch };
    static props = {
        line: Object,
        choose: Function,
        release: Function,
        add: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ data: null });
        this.title = _t("Where to buy %s", this.props.line.name);
        onWillStart(async () => {
            this.state.data = await this.orm.call(
                "print3d.shopping.line",
                "get_comparison",
                [[this.props.line.id]]
            );
        });
    }

    get data() {
        return this.state.data;
    }

    get cheapest() {
        return this.data.offers.find((offer) => offer.is_known);
    }

    get fastest() {
        const known = this.data.offers.filter((offer) => offer.is_known);
        return known.length > 1
            ? known.reduce((best, offer) =>
                  offer.lead_days < best.lead_days ? offer : best
              )
            : null;
    }

    money(amount, currencyId = this.data.currency_id) {
        return formatCurrency(amount, currencyId);
    }

    perUnit(price) {
        const { is_filament, unit, currency_id } = this.data;
        return unitPriceText(price, is_filament, unit, currency_id);
    }

    date(text) {
        return dateText(text);
    }

    freightText(offer) {
        if (offer.freight_share > 0) {
            return _t("%s freight", this.money(offer.freight_share));
        }
        return offer.freight_share < 0
            ? _t("saves %s of freight", this.money(-offer.freight_share))
            : _t("no freight on top");
    }

    breakText(offer) {
        return offer.breaks
            .map(({ packs, price }) =>
                _t("from %(packs)s: %(price)s", { packs, price: this.money(price) })
            )
            .join(" · ");
    }

    async choose(offer) {
        this.props.close();
        await this.props.choose(offer.vendor_id);
    }

    async release() {
        this.props.close();
        await this.props.release();
    }

    async add(substitute) {
        this.props.close();
        await this.props.add({ id: substitute.product_id, name: substitute.name });
    }
}
