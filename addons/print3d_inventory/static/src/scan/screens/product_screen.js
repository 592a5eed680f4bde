import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { formatGrams } from "@print3d_library/marks/format";
import { useCard, useScan } from "../hooks";
import { getBand, Row } from "../parts";

/** A filament: how many of it are sealed, which are open, and opening one. */
export class ProductScreen extends Component {
    static template = "print3d_inventory.ScanProduct";
    static components = { FilamentSwatch, Row };
    static props = { id: Number };

    setup() {
        this.scan = useScan();
        this.state = useCard(() => "product");
    }

    get card() {
        return this.scan.read(() => this.scan.model.getCard("product", this.props.id));
    }

    getBand(card) {
        return getBand(card.swatch || { colours: card.colours });
    }

    getSwatch(card) {
        return card.swatch || { colours: card.colours || [] };
    }

    getSummary(card) {
        return _t("%(sealed)s sealed · %(grams)s in all", {
            sealed: card.sealed || 0,
            grams: formatGrams(card.remaining_g),
        });
    }

    get tag() {
        return this.scan.model.tag;
    }

    open(spool) {
        this.scan.nav.go("spool", spool.id);
    }

    /** Open a sealed spool; a tag that waits for one is tied to it. */
    async openOne(card) {
        const { model, nav } = this.scan;
        const tag = model.tag;
        const item = await model.act("open_one", { product_id: card.id }, card.title);
        const onSettled = async ({ detail: settled }) => {
            if (settled.key !== item.key) {
                return;
            }
            model.bus.removeEventListener("SETTLED", onSettled);
            const spool = settled.state === "done" && settled.result.card;
            if (spool) {
                if (tag) {
                    model.tag = null;
                    await model.act("tie", { spool_id: spool.id, value: tag });
                }
                nav.go("spool", spool.id);
            }
        };
        model.bus.addEventListener("SETTLED", onSettled);
    }
}
