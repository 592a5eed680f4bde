import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { formatPrintTime, safeColour } from "@print3d_library/marks/format";
import { ProgressRing } from "@print3d_library/marks/progress_ring";
import { StateDot } from "@print3d_library/marks/state_dot";
import { Thumbnail } from "@print3d_library/marks/thumbnail";
import { Slots } from "../fields/slots";
import { reckonProgress } from "./farm_tiles";

const RINGS = { s: 44, m: 64, l: 92, tv: 150 };
const FEASIBILITY_ICONS = {
    ready: "fa-check",
    swap: "fa-exchange",
    short: "fa-exclamation-triangle",
    no_stock: "fa-exclamation-triangle",
    no_printer: "fa-ban",
    blocked: "fa-hand-paper-o",
};

/** A printer on the board: what it does, what comes next, what a person can do. */
export class FarmTile extends Component {
    static template = "print3d_production.FarmTile";
    static components = { FilamentChips, ProgressRing, Slots, StateDot, Thumbnail };
    static props = {
        tile: Object,
        now: Number,
        size: { type: String, optional: true },
        isBusy: { type: Boolean, optional: true },
        isFocused: { type: Boolean, optional: true },
        act: { type: Function, optional: true },
        open: { type: Function, optional: true },
        onFocus: { type: Function, optional: true },
    };
    static defaultProps = { size: "m" };

    get ringSize() {
        return RINGS[this.props.size];
    }

    get progress() {
        const { tile, now } = this.props;
        return reckonProgress(tile.run, tile.readAt, now);
    }

    get left() {
        const { tile } = this.props;
        if (!tile.run) {
            return "";
        }
        return this.progress.left
            ? formatPrintTime(Math.max(60, this.progress.left))
            : _t("any moment");
    }

    get ringText() {
        return this.props.size === "s" || !this.progress.left ? "" : this.left;
    }

    /** Whether its first action is what a person should do now. */
    get isWanted() {
        return this.props.tile.rank <= 5;
    }

    /** The thing seen: what prints, what lies there, what comes. */
    get shown() {
        const { run, plate, next } = this.props.tile;
        return run || plate || next || null;
    }

    get ringColour() {
        const { colour, state } = this.props.tile;
        return state === "printing" ? "violet" : colour;
    }

    get nextIcon() {
        return FEASIBILITY_ICONS[this.props.tile.next.feasibility] || "fa-clock-o";
    }

    /** Where the next print has no line of its own, its icon stands by the count. */
    get queueIcon() {
        const isShort = this.props.size === "s" && this.props.tile.next;
        return isShort ? this.nextIcon : "fa-list-ol";
    }

    get nextTitle() {
        const { label, note } = this.props.tile.next;
        return [label, note].filter(Boolean).join(": ");
    }

    /** A free printer that nothing holds back shows what comes instead of a state. */
    get isNextShown() {
        const { next, run, plate } = this.props.tile;
        return Boolean(next) && (this.props.size !== "s" || (!run && !plate));
    }

    get bars() {
        return (this.props.tile.slots || []).map((slot) => ({
            key: slot.id,
            title: slot.spool
                ? `${slot.number}: ${slot.spool.material} ${slot.spool.name}, ${Math.round(slot.spool.grams)} g`
                : _t("Slot %s is empty", slot.number),
            colour: safeColour(
                [slot.spool?.colours || ""].flat().join(",").split(",")[0]
            ),
            percent: slot.spool ? Math.max(6, Math.min(100, slot.spool.percent)) : 0,
        }));
    }

    get idleText() {
        return this.props.tile.note || _t("Nothing waits");
    }

    get waitingTitle() {
        const { next, waiting, waiting_s: seconds } = this.props.tile;
        const count = _t("%(count)s waiting, %(time)s", {
            count: waiting,
            time: formatPrintTime(seconds),
        });
        return next ? `${count}. ${next.product}: ${this.nextTitle}` : count;
    }

    get label() {
        const { tile } = this.props;
        return [
            tile.name,
            tile.label,
            tile.run && `${tile.run.product}, ${Math.round(this.progress.percent)} %`,
            tile.run && this.left,
        ]
            .filter(Boolean)
            .join(", ");
    }

    onClick() {
        this.props.open?.(this.props.tile);
    }

    click(action) {
        this.props.act(this.props.tile, action.key);
    }
}
