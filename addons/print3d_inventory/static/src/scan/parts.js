/* global luxon */
import {
    Component,
    onMounted,
    onWillUnmount,
    useExternalListener,
    useRef,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import {
    formatGrams,
    safeColour,
    swatchBackground,
} from "@print3d_library/marks/format";

export const TYPE_ICONS = {
    spool: "fa-circle-o-notch",
    place: "fa-th",
    slot: "fa-print",
    purchase: "fa-truck",
    receipt: "fa-truck",
    product: "fa-cube",
};

/** When something was, as people say it. */
export function formatWhen(iso) {
    const time = luxon.DateTime.fromISO(iso || "", { zone: "utc" });
    return time.isValid ? time.toRelative() : "";
}

/** A day without a time, as people write it. */
export function formatDay(iso) {
    const day = luxon.DateTime.fromISO(String(iso || "").slice(0, 10));
    return day.isValid ? day.toLocaleString(luxon.DateTime.DATE_MED) : "";
}

/** CSS background of a filament, for large areas. */
export function getBand(swatch) {
    const colours = (swatch?.colours || []).map(safeColour).filter(Boolean);
    if (!colours.length) {
        return "";
    }
    const background =
        colours.length > 1
            ? `linear-gradient(100deg, ${colours.join(", ")})`
            : swatchBackground(colours);
    return `background: ${background}`;
}

/** One line of a list: swatch or icon, name, what it is, grams. */
export class Row extends Component {
    static template = "print3d_inventory.ScanRow";
    static components = { FilamentSwatch };
    static props = {
        record: Object,
        icon: { type: String, optional: true },
        mark: { type: String, optional: true },
        onClick: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };

    get swatch() {
        const { swatch, colours } = this.props.record;
        return swatch || (colours?.length ? { colours } : null);
    }

    get title() {
        const { name, title } = this.props.record;
        return name || title;
    }

    get subtitle() {
        const { name, title, subtitle, place } = this.props.record;
        return name
            ? [title, place?.title].filter(Boolean).join(" · ")
            : subtitle || "";
    }

    get grams() {
        const { remaining_g: grams } = this.props.record;
        return typeof grams === "number" ? formatGrams(grams) : "";
    }

    get icon() {
        const { type, kind } = this.props.record;
        return this.props.icon || TYPE_ICONS[kind] || TYPE_ICONS[type] || "fa-circle-o";
    }
}

/** A card that slides up, with its title and a way out. */
export class Sheet extends Component {
    static template = "print3d_inventory.ScanSheet";
    static props = {
        title: String,
        subtitle: { type: String, optional: true },
        tall: { type: Boolean, optional: true },
        slots: Object,
        close: Function,
    };

    setup() {
        this.root = useRef("root");
        this.before = document.activeElement;
        onMounted(() => this.root.el.focus({ preventScroll: true }));
        onWillUnmount(() => this.before?.focus?.({ preventScroll: true }));
        useExternalListener(window, "keydown", (ev) => {
            if (ev.key === "Escape" && !ev.defaultPrevented) {
                this.props.close();
            }
        });
    }

    get closeLabel() {
        return _t("Close");
    }
}
