import { Component, useComponent, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatGrams } from "@print3d_library/marks/format";
import { useScan } from "../hooks";
import { Sheet } from "../parts";

/** @returns {number|null} the number in a field; null when there is none */
function readNumber(text) {
    const value = parseFloat(String(text).replace(",", "."));
    return Number.isFinite(value) ? value : null;
}

/** The spool that a sheet is about, and doing something to it. */
function useSpool() {
    const { props } = useComponent();
    const scan = useScan();
    return {
        get card() {
            return scan.read(() => scan.model.getCard("spool", props.spoolId));
        },
        get subtitle() {
            return [this.card.name, this.card.title].filter(Boolean).join(" · ");
        },
        async act(kind, vals = {}) {
            await scan.model.act(kind, { spool_id: props.spoolId, ...vals });
            await props.close();
        },
    };
}

const SHEET_PROPS = { spoolId: Number, close: Function };

/** Drying: how hot, how long, how dry it is now. */
export class DrySheet extends Component {
    static template = "print3d_inventory.ScanDry";
    static components = { Sheet };
    static props = SHEET_PROPS;

    setup() {
        this.scan = useScan();
        this.spool = useSpool();
        const { dry } = this.spool.card;
        this.state = useState({
            temperature: dry?.temperature_c ? String(dry.temperature_c) : "",
            hours: dry?.hours ? String(dry.hours) : "",
            humidity: "",
            dryer: window.localStorage.getItem("print3d_scan_dryer") || "",
        });
    }

    get advice() {
        return this.spool.card.dry?.text || "";
    }

    save() {
        const { temperature, hours, humidity, dryer } = this.state;
        window.localStorage.setItem("print3d_scan_dryer", dryer);
        return this.spool.act("dry", {
            value: {
                temperature_c: readNumber(temperature),
                hours: readNumber(hours),
                humidity_percent: readNumber(humidity),
                dryer: dryer.trim() || null,
            },
        });
    }
}

/** Scrapping all that is left, or some of it, with the reason. */
export class ScrapSheet extends Component {
    static template = "print3d_inventory.ScanScrap";
    static components = { Sheet };
    static props = SHEET_PROPS;

    setup() {
        this.scan = useScan();
        this.spool = useSpool();
        this.state = useState({ isAll: true, grams: "", reason: "" });
    }

    get all() {
        return _t("All that is left, %s", formatGrams(this.spool.card.remaining_g));
    }

    get reasons() {
        return this.scan.state.reasons;
    }

    get canSave() {
        const grams = readNumber(this.state.grams);
        return this.state.isAll || (grams !== null && grams > 0);
    }

    save() {
        const { isAll, grams, reason } = this.state;
        return this.spool.act("scrap", {
            value: isAll ? null : readNumber(grams),
            reason: reason || null,
        });
    }
}

/** Why a spool must not be used. */
export class QuarantineSheet extends Component {
    static template = "print3d_inventory.ScanQuarantine";
    static components = { Sheet };
    static props = SHEET_PROPS;

    setup() {
        this.scan = useScan();
        this.spool = useSpool();
        this.state = useState({ reason: "" });
    }

    get reasons() {
        return [
            _t("Tangled"),
            _t("Damp"),
            _t("Brittle"),
            _t("Wrong colour"),
            _t("Recall"),
        ];
    }

    save() {
        return this.spool.act("quarantine", { reason: this.state.reason.trim() });
    }
}

/** What is done less often. */
export class MoreSheet extends Component {
    static template = "print3d_inventory.ScanMore";
    static components = { Sheet };
    static props = SHEET_PROPS;

    setup() {
        this.scan = useScan();
        this.spool = useSpool();
        this.state = useState({ isWriting: false });
    }

    get isHeld() {
        return (
            this.spool.card.status === "quarantine" || this.spool.card.is_quarantined
        );
    }

    get labelUrl() {
        return `/print3d/labels/spool?ids=${this.spool.card.id}`;
    }

    get canWrite() {
        return this.scan.model.nfc.isThere;
    }

    mayDo(kind) {
        return this.scan.state.may[kind] !== false;
    }

    open(name, params = {}) {
        this.scan.nav.open({ name, spoolId: this.props.spoolId, ...params });
    }

    merge() {
        this.open("pick", {
            purpose: "merge",
            want: "spool",
            title: _t("Wind it onto which spool?"),
        });
    }

    /** Write what printers and phones read of the spool onto a tag, and tie the tag. */
    async write() {
        const { model } = this.scan;
        this.state.isWriting = true;
        try {
            const { records } = await model.transport.getTagPayload(this.spool.card.id);
            await model.nfc.write(records);
            model.feedback.give("ok");
            model.say(
                _t(
                    "The tag tells of %s now. Hold it to the phone once more to tie it.",
                    this.spool.card.name
                )
            );
            await this.props.close();
        } catch (error) {
            model.feedback.give("error");
            model.say(error.message, { kind: "warn" });
        } finally {
            this.state.isWriting = false;
        }
    }
}
