import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FilamentChips } from "../marks/filament_chips";
import { formatGrams, formatPrintTime } from "../marks/format";
import { Thumbnail } from "../marks/thumbnail";
import { formatRate, formatSize } from "./library_state";

const GOOD = 0.9;
const FAIR = 0.75;

/**
 * A model that was found.
 *
 * The link is what the keyboard stops at; `onAction(name, record, ev)` is told of
 * "open", "select" and "favourite".
 */
export class LibraryCard extends Component {
    static template = "print3d_library.LibraryCard";
    static components = { FilamentChips, Thumbnail };
    static props = {
        record: Object,
        url: String,
        isSelected: Boolean,
        isSelectable: Boolean,
        isCurrent: Boolean,
        onAction: Function,
    };

    get record() {
        return this.props.record;
    }

    /** Figures with an icon and what they are; without a print there are none. */
    get figures() {
        const { time_s, grams, success } = this.record;
        const figures = [];
        if (time_s) {
            figures.push({
                icon: "fa-clock-o",
                title: _t("Print time"),
                text: formatPrintTime(time_s),
            });
        }
        if (grams) {
            figures.push({
                icon: "fa-balance-scale",
                title: _t("Filament"),
                text: formatGrams(grams),
            });
        }
        if (typeof success === "number") {
            figures.push(this.success);
        }
        return figures;
    }

    get success() {
        const { success } = this.record;
        const grade = success >= GOOD ? "good" : success >= FAIR ? "fair" : "poor";
        return {
            icon: {
                good: "fa-check-circle",
                fair: "fa-adjust",
                poor: "fa-times-circle",
            }[grade],
            title: _t("Prints that came out well"),
            text: formatRate(success),
            grade,
        };
    }

    get hasSuccess() {
        return typeof this.record.success === "number";
    }

    get time() {
        return formatPrintTime(this.record.time_s) || "–";
    }

    get grams() {
        return this.record.grams ? formatGrams(this.record.grams) : "–";
    }

    /** On a phone there is room for one line, not for two columns. */
    get shortFigures() {
        return [this.time, this.grams].join(" · ");
    }

    get size() {
        return this.record.size_mm ? formatSize(this.record.size_mm) : "–";
    }

    get variants() {
        const { variant_count, matching_variant_count: matching } = this.record;
        if (variant_count < 2) {
            return "";
        }
        return matching && matching < variant_count
            ? _t("%(matching)s of %(count)s variants", {
                  matching,
                  count: variant_count,
              })
            : _t("%s variants", variant_count);
    }

    get variantNumbers() {
        const { variant_count, matching_variant_count: matching } = this.record;
        return matching && matching < variant_count
            ? `${matching} / ${variant_count}`
            : String(variant_count);
    }

    get themes() {
        return (this.record.themes || []).join(", ");
    }

    get selectLabel() {
        return _t("Select %s", this.record.name);
    }

    get favouriteLabel() {
        return this.record.is_favourite
            ? _t("Remove %s from favourites", this.record.name)
            : _t("Add %s to favourites", this.record.name);
    }

    act(name, ev) {
        this.props.onAction(name, this.record, ev);
    }
}

/** The same as a line of a table. */
export class LibraryRow extends LibraryCard {
    static template = "print3d_library.LibraryRow";
}
