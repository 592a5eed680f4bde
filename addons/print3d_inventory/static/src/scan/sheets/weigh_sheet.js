import { Component, useEffect, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatGrams } from "@print3d_library/marks/format";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";
import { foresee, pressKey, readGrams, UNITS, writeUnit } from "../core/weights";
import { useScan, useScanner } from "../hooks";
import { Sheet } from "../parts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "back"];
const KINDS = { gross: "weigh", net: "count", percent: "percent", used: "use" };
const TYPED = { ",": ".", Backspace: "back", Delete: "clear" };
const UNIT_SETTING = "print3d_scan_unit";

/** A number pad for what a scale shows, what is left, or what was taken. */
export class WeighSheet extends Component {
    static template = "print3d_inventory.ScanWeigh";
    static components = { Sheet, SpoolGauge };
    static props = { spoolId: Number, mode: String, close: Function };

    setup() {
        this.scan = useScan();
        this.keys = KEYS;
        this.scale = useState(this.scan.model.scale.state);
        this.state = useState({
            mode: this.props.mode,
            text: "",
            unit: window.localStorage.getItem(UNIT_SETTING) || "g",
            isFromScale: false,
            isSaving: false,
        });
        useExternalListener(window, "keydown", (ev) => this.onKey(ev));
        // Another spool was scanned while this one was on the scale.
        useScanner((answer) => {
            this.state.text = "";
            return answer.type === "spool" && answer.id === this.props.spoolId;
        });
        useEffect(
            (grams, isSettled) => this.onScale(grams, isSettled),
            () => [this.scale.grams, this.scale.isSettled]
        );
    }

    get card() {
        return this.scan.read(() =>
            this.scan.model.getCard("spool", this.props.spoolId)
        );
    }

    get title() {
        return this.state.mode === "used" ? _t("What was used?") : _t("Weigh");
    }

    get subtitle() {
        const { card } = this;
        return [card.name, card.title].filter(Boolean).join(" · ");
    }

    get modes() {
        return [
            { key: "gross", text: _t("On the scale") },
            { key: "net", text: _t("Left") },
            { key: "percent", text: _t("Percent") },
            { key: "used", text: _t("Used") },
        ];
    }

    get unit() {
        return this.state.mode === "percent" ? "%" : this.state.unit;
    }

    get value() {
        const { mode, text, unit } = this.state;
        return readGrams(text, mode === "percent" ? "g" : unit);
    }

    get outlook() {
        return foresee(this.card, this.state.mode, this.value);
    }

    get change() {
        const { change } = this.outlook;
        return `${change < 0 ? "−" : "+"}${formatGrams(Math.abs(change))}`;
    }

    get problem() {
        const { card } = this;
        const texts = {
            tare: _t(
                "Nobody knows what the empty spool weighs. Tell what is left instead."
            ),
            light: _t(
                "The empty spool alone weighs %s. Weigh it again.",
                formatGrams(card.tare_g)
            ),
            above: _t(
                "More than the %s of the full spool. You will be asked about it.",
                formatGrams(card.full_g)
            ),
            percent: card.full_g
                ? _t("No more than 100 percent can be left.")
                : _t("Nobody knows how much was on it. Tell the grams left instead."),
            over: _t("More than there is. Only what is left can be used."),
        };
        return texts[this.outlook?.problem] || "";
    }

    get canSave() {
        const { outlook } = this;
        return (
            Boolean(outlook) &&
            !["tare", "light", "percent"].includes(outlook.problem) &&
            !this.state.isSaving
        );
    }

    setMode(mode) {
        Object.assign(this.state, { mode, text: "", isFromScale: false });
    }

    turnUnit() {
        const { value } = this;
        const index = UNITS.findIndex(({ key }) => key === this.state.unit);
        const { key } = UNITS[(index + 1) % UNITS.length];
        window.localStorage.setItem(UNIT_SETTING, key);
        this.state.unit = key;
        this.state.text = value === null ? "" : writeUnit(value, key);
    }

    press(key) {
        this.state.isFromScale = false;
        this.state.text = pressKey(this.state.text, key);
    }

    getKeyLabel(key) {
        return key === "back" ? _t("Delete the last digit") : key;
    }

    onKey(ev) {
        if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.defaultPrevented) {
            return;
        }
        if (ev.key === "Enter" && !ev.target.closest?.("button")) {
            ev.preventDefault();
            this.save();
            return;
        }
        const key = TYPED[ev.key] || ev.key;
        if (/^[\d.]$|^back$|^clear$/.test(key)) {
            ev.preventDefault();
            this.press(key);
        }
    }

    // === THE SCALE === //

    /** A connected scale types for the person once it stands still. */
    onScale(grams, isSettled) {
        if (grams === null || !isSettled || grams < 1 || this.state.mode !== "gross") {
            return;
        }
        if (!this.state.text || this.state.isFromScale) {
            this.state.text = writeUnit(grams, this.state.unit);
            this.state.isFromScale = true;
        }
    }

    get scaleText() {
        const { name, grams, isSettled } = this.scale;
        if (grams === null) {
            return _t("%s: waiting for a weight", name);
        }
        return isSettled
            ? `${name}: ${formatGrams(grams)}`
            : `${name}: ${formatGrams(grams)}…`;
    }

    takeScale() {
        this.state.text = writeUnit(
            Math.max(0, this.scale.grams || 0),
            this.state.unit
        );
        this.state.isFromScale = true;
    }

    async save() {
        if (!this.canSave) {
            this.scan.model.feedback.give("warn");
            return;
        }
        this.state.isSaving = true;
        const { mode, isFromScale } = this.state;
        const kind = mode === "gross" && isFromScale ? "scale" : KINDS[mode];
        await this.scan.model.act(kind, {
            spool_id: this.props.spoolId,
            value: this.value,
        });
        this.props.close();
    }
}
