import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CameraView } from "../camera_view";
import { searchLocally } from "../core/local_resolver";
import { useScan, useScanner } from "../hooks";
import { Row, Sheet } from "../parts";

const MOST_SHOWN = 40;

/** Scans or chooses the other half of a deed: where a spool goes, or which spool. */
export class PickSheet extends Component {
    static template = "print3d_inventory.ScanPick";
    static components = { CameraView, Row, Sheet };
    static props = {
        title: String,
        purpose: String,
        want: String,
        spoolId: { type: Number, optional: true },
        placeId: { type: Number, optional: true },
        close: Function,
    };

    setup() {
        this.scan = useScan();
        this.state = useState({ text: "" });
        useScanner((answer) => this.onScan(answer));
    }

    get subtitle() {
        const { spoolId, placeId } = this.props;
        const { model } = this.scan;
        return spoolId
            ? model.getCard("spool", spoolId)?.name || ""
            : model.places.get(placeId)?.title || "";
    }

    get hint() {
        return this.props.want === "spool"
            ? _t("Spool's number or name")
            : _t("Name of the place");
    }

    /** What may be chosen by hand: what was used last first. */
    get choices() {
        return this.scan.read(() => {
            const { model } = this.scan;
            const { text } = this.state;
            if (text.trim()) {
                return searchLocally(text, model.known)
                    .filter(({ type, id }) => this.fits(type, id))
                    .map(({ type, id, ...rest }) => ({
                        type,
                        id,
                        ...rest,
                        ...model.getCard(type, id),
                    }))
                    .slice(0, MOST_SHOWN);
            }
            if (this.props.want === "spool") {
                return model.spools
                    .filter(({ id }) => id !== this.props.spoolId)
                    .slice(0, MOST_SHOWN);
            }
            const last = model.recent
                .filter(({ type }) => type === "place")
                .map(({ id }) => id);
            const rank = ({ id }) =>
                last.includes(id) ? last.indexOf(id) : last.length;
            return [...model.places.values()]
                .filter(({ id }) => this.fits("place", id))
                .sort((a, b) => rank(a) - rank(b))
                .map((place) => ({ type: "place", ...place }))
                .slice(0, MOST_SHOWN);
        });
    }

    fits(type, id) {
        const { want, spoolId } = this.props;
        if (want === "spool") {
            return type === "spool" && id !== spoolId;
        }
        const place = type === "place" && this.scan.model.places.get(id);
        return Boolean(place) && (want !== "slot" || place.kind === "slot");
    }

    onCode(code) {
        this.scan.model.scan(code);
    }

    async onScan(answer) {
        const isRight =
            answer.type === (this.props.want === "spool" ? "spool" : "place") &&
            (this.props.want !== "slot" || this.fits("place", answer.id));
        if (isRight) {
            await this.pick(answer);
            return true;
        }
        const { model } = this.scan;
        model.feedback.give("warn");
        model.say(answer.type === "unknown" ? answer.reason : this.wrong, {
            kind: "warn",
        });
        return true;
    }

    get wrong() {
        return {
            spool: _t("That is no spool. Scan the label of a spool."),
            slot: _t("That is no slot. Scan the label of a printer's slot."),
            place: _t("That is no place. Scan the label of a shelf or slot."),
        }[this.props.want];
    }

    async pick({ id }) {
        const { purpose, spoolId, placeId, close } = this.props;
        const { model } = this.scan;
        if (this.isPicked) {
            return;
        }
        this.isPicked = true;
        await close();
        const deeds = {
            move: () => model.act("move", { spool_id: spoolId, place_id: id }),
            load: () => model.act("load", { spool_id: spoolId, place_id: id }),
            put_here: () => model.act("move", { spool_id: id, place_id: placeId }),
            load_here: () => model.act("load", { spool_id: id, place_id: placeId }),
            merge: () =>
                model.act("merge", { spool_id: spoolId, value: { target_id: id } }),
            tie: () => {
                const value = model.tag;
                model.tag = null;
                return model.act("tie", { spool_id: id, value });
            },
        };
        await deeds[purpose]();
        if (purpose === "tie" || purpose === "merge") {
            await this.scan.nav.go("spool", id);
        }
    }
}
