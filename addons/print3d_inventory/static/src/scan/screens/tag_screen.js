import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useScan } from "../hooks";
import { getBand, Row } from "../parts";

/** A tag that belongs to no spool yet: what it says, and tying it to one. */
export class TagScreen extends Component {
    static template = "print3d_inventory.ScanTag";
    static components = { Row };
    static props = {};

    setup() {
        this.scan = useScan();
    }

    get answer() {
        return this.scan.model.tagAnswer;
    }

    get facts() {
        const { facts = {} } = this.answer;
        return [facts.brand, facts.material, facts.name, facts.batch].filter(
            (text) => typeof text === "string" && text
        );
    }

    get band() {
        return getBand({ colours: this.answer.facts?.hexes || [] });
    }

    get candidates() {
        return (this.answer.candidates || []).filter((one) => typeof one === "object");
    }

    tie() {
        this.scan.nav.open({
            name: "pick",
            purpose: "tie",
            want: "spool",
            title: _t("Which spool bears this tag?"),
        });
    }

    open(product) {
        this.scan.nav.go("product", product.id);
    }
}
