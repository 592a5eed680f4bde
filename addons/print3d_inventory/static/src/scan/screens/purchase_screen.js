import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useCard, useScan, useScanner } from "../hooks";
import { Row } from "../parts";

/** A purchase order: what is to come, and its spools received one by one. */
export class PurchaseScreen extends Component {
    static template = "print3d_inventory.ScanPurchase";
    static components = { Row };
    static props = { id: Number, kind: String };

    setup() {
        this.scan = useScan();
        this.here = useState(this.scan.nav.here);
        this.state = useCard(({ kind }) => kind);
        useScanner((answer) => this.onScan(answer));
    }

    /** By what the server knows the order or the receipt. */
    get field() {
        return this.props.kind === "receipt" ? "picking_id" : "purchase_id";
    }

    get card() {
        return this.scan.read(() =>
            this.scan.model.getCard(this.props.kind, this.props.id)
        );
    }

    /** Spools of a line that are told here and not there yet. */
    getWaiting(line) {
        return this.scan.read(
            () =>
                this.scan.model.queue.waiting.filter(
                    ({ action }) =>
                        action.kind === "receive" &&
                        action[this.field] === this.props.id &&
                        action.product_id === line.product_id
                ).length
        );
    }

    getLeft(line) {
        return Math.max(0, (line.spools_left || 0) - this.getWaiting(line));
    }

    getLineText(line) {
        const left = this.getLeft(line);
        if (!line.is_filament) {
            return _t("%(received)s of %(ordered)s %(unit)s", line);
        }
        return left ? _t("%s spools to come", left) : _t("All received");
    }

    /** The article number of a filament chooses its line. */
    onScan(answer) {
        if (this.here.sheet || answer.type !== "product") {
            return false;
        }
        const line = this.card?.lines.find(({ product_id: id }) => id === answer.id);
        if (!line) {
            return false;
        }
        this.receive(line);
        return true;
    }

    receive(line) {
        this.scan.nav.open({
            name: "receive",
            orderId: this.props.id,
            kind: this.props.kind,
            productId: line.product_id,
        });
    }

    open(spool) {
        this.scan.nav.go("spool", spool.id);
    }

    get labelsUrl() {
        return this.scan.read(() => {
            const received = this.card?.received || [];
            return received.length
                ? `/print3d/labels/spool?ids=${received.map(({ id }) => id).join(",")}`
                : "";
        });
    }

    /** What is short, over or broken is told on the page of the receipt, which needs
     * the network, and has to know of the spools that were received here. */
    differ(ev) {
        const { model, state } = this.scan;
        const waiting = this.card.lines.some((line) => this.getWaiting(line));
        if (state.isOnline && state.status !== "offline" && !waiting) {
            return;
        }
        ev.preventDefault();
        const text = waiting
            ? _t("Spools of it still wait to be sent from here. Try again after that.")
            : _t("The page of the receipt needs the network. Try again with one.");
        model.say(text, { kind: "warn" });
    }

    finish(rest) {
        this.scan.model.act(
            "receive_done",
            { [this.field]: this.props.id, value: { rest } },
            this.card.title
        );
    }
}
