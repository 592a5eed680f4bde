import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CameraView } from "../camera_view";
import { compareShelf } from "../core/shelf_check";
import { useCard, useScan, useScanner } from "../hooks";
import { Row } from "../parts";

/** A shelf or a slot: what is here, what should be, and putting it right. */
export class PlaceScreen extends Component {
    static template = "print3d_inventory.ScanPlace";
    static components = { CameraView, Row };
    static props = { id: Number, isWide: { type: Boolean, optional: true } };

    setup() {
        this.scan = useScan();
        this.here = useState(this.scan.nav.here);
        this.loading = useCard(() => "place");
        this.state = useState({ isChecking: false, scanned: [] });
        onWillUpdateProps((next) => {
            if (next.id !== this.props.id) {
                Object.assign(this.state, { isChecking: false, scanned: [] });
            }
        });
        useScanner((answer) => this.onScan(answer));
    }

    get card() {
        return this.scan.read(() => this.scan.model.getCard("place", this.props.id));
    }

    getSpools(card) {
        return this.scan.read(() => this.scan.model.getSpoolsAt(card));
    }

    getSummary(card) {
        const count = this.getSpools(card).length;
        if (!count) {
            return _t("Nothing is here");
        }
        return count === 1 ? _t("1 spool is here") : _t("%s spools are here", count);
    }

    // === CHECKING === //

    get check() {
        const card = this.card;
        return compareShelf(this.props.id, this.getSpools(card), this.state.scanned);
    }

    startCheck() {
        Object.assign(this.state, { isChecking: true, scanned: [] });
    }

    endCheck() {
        this.state.isChecking = false;
    }

    get progress() {
        const { found, missing } = this.check;
        return _t("%(found)s of %(all)s found", {
            found: found.length,
            all: found.length + missing.length,
        });
    }

    onCode(code) {
        this.scan.model.scan(code);
    }

    /** While a shelf is checked, spools are counted and not opened. */
    onScan(answer) {
        if (!this.state.isChecking || this.here.sheet || answer.type !== "spool") {
            return false;
        }
        const { model } = this.scan;
        const spool = model.getCard("spool", answer.id) || {
            id: answer.id,
            name: answer.title,
            title: answer.subtitle,
            swatch: answer.swatch,
        };
        if (!this.state.scanned.some(({ id }) => id === spool.id)) {
            this.state.scanned.push(spool);
        }
        const isHere = this.check.found.some(({ id }) => id === spool.id);
        model.feedback.give(isHere ? "ok" : "warn");
        model.say(
            isHere
                ? _t("%s belongs here", spool.name)
                : _t("%s is booked somewhere else", spool.name),
            { kind: isHere ? "done" : "warn" }
        );
        return true;
    }

    /** What was found here is booked here. */
    putHere(spool) {
        this.scan.model.act(
            this.card.kind === "slot" ? "load" : "move",
            { spool_id: spool.id, place_id: this.props.id },
            spool.name
        );
    }

    /** What is not here is somewhere else: say where. */
    putAway(spool) {
        this.scan.nav.open({
            name: "pick",
            purpose: "move",
            want: "place",
            spoolId: spool.id,
            title: _t("Where is %s?", spool.name),
        });
    }

    // === SHELVES AND SLOTS === //

    open(spool) {
        this.scan.nav.go("spool", spool.id);
    }

    pick() {
        const isSlot = this.card.kind === "slot";
        this.scan.nav.open({
            name: "pick",
            purpose: isSlot ? "load_here" : "put_here",
            want: "spool",
            placeId: this.props.id,
            title: isSlot ? _t("Which spool goes in?") : _t("Which spool goes here?"),
        });
    }

    /** What the place offers beside spools, such as a plate to be cleared. */
    do(deed) {
        this.scan.model.act(deed.kind, { place_id: this.props.id }, deed.label);
    }

    unload(spool) {
        this.scan.model.act("unload", { spool_id: spool.id });
    }
}
