import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { useScan, useScanner } from "../hooks";
import { Sheet } from "../parts";

const KEPT = "print3d_scan_receive";

function readKept() {
    try {
        return JSON.parse(window.localStorage.getItem(KEPT)) || {};
    } catch {
        return {};
    }
}

function readNumber(text) {
    const value = parseFloat(String(text).replace(",", "."));
    return Number.isFinite(value) ? value : null;
}

/** Receives the spools of a line one after the other; what was chosen is kept. */
export class ReceiveSheet extends Component {
    static template = "print3d_inventory.ScanReceive";
    static components = { FilamentSwatch, Sheet };
    static props = {
        orderId: Number,
        kind: String,
        productId: Number,
        close: Function,
    };

    setup() {
        this.scan = useScan();
        const kept = readKept();
        this.state = useState({
            grams: String(this.line?.spool_g || 1000),
            batch: "",
            expires: "",
            gross: "",
            isWeighed: Boolean(kept.isWeighed),
            print: kept.print !== false,
            placeId: this.scan.model.places.has(kept.placeId) ? kept.placeId : null,
            count: 0,
            isBusy: false,
        });
        useScanner((answer) => this.onScan(answer));
    }

    get field() {
        return this.props.kind === "receipt" ? "picking_id" : "purchase_id";
    }

    get purchase() {
        return this.scan.read(() =>
            this.scan.model.getCard(this.props.kind, this.props.orderId)
        );
    }

    get line() {
        return this.purchase?.lines.find(
            ({ product_id: id }) => id === this.props.productId
        );
    }

    get swatch() {
        return this.line?.swatch || { colours: this.line?.colours || [] };
    }

    get left() {
        const { queue } = this.scan.model;
        const waiting = queue.waiting.filter(
            ({ action }) =>
                action.kind === "receive" &&
                action[this.field] === this.props.orderId &&
                action.product_id === this.props.productId
        ).length;
        return this.scan.read(() =>
            Math.max(0, (this.line?.spools_left || 0) - waiting)
        );
    }

    get leftText() {
        return this.left ? _t("%s to come", this.left) : _t("All received");
    }

    get places() {
        return this.scan.read(() => [...this.scan.model.places.values()]);
    }

    get canSave() {
        const { grams, gross, isWeighed, isBusy } = this.state;
        const isRight = (readNumber(grams) || 0) > 0;
        return !isBusy && isRight && (!isWeighed || (readNumber(gross) || 0) > 0);
    }

    get saveText() {
        return this.left
            ? _t("Receive one spool")
            : _t("Receive one more than ordered");
    }

    setPlace(ev) {
        this.state.placeId = parseInt(ev.target.value, 10) || null;
    }

    /** Scanning a shelf says where the next ones go. */
    onScan(answer) {
        if (answer.type !== "place") {
            return false;
        }
        this.state.placeId = answer.id;
        this.scan.model.say(_t("The next ones go to %s", answer.title));
        return true;
    }

    async save() {
        const { grams, batch, expires, gross, isWeighed, print, placeId } = this.state;
        const { model } = this.scan;
        this.state.isBusy = true;
        window.localStorage.setItem(
            KEPT,
            JSON.stringify({ isWeighed, print, placeId })
        );
        await model.act(
            "receive",
            {
                [this.field]: this.props.orderId,
                product_id: this.props.productId,
                value: {
                    grams: readNumber(grams),
                    batch: batch.trim() || null,
                    expires_on: expires || null,
                    gross_g: isWeighed ? readNumber(gross) : null,
                    place_id: placeId,
                    print,
                    ...(this.left ? {} : { over: true }),
                },
            },
            this.line.title
        );
        Object.assign(this.state, {
            gross: "",
            count: this.state.count + 1,
            isBusy: false,
        });
    }
}
