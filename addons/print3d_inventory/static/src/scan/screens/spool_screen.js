import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatGrams } from "@print3d_library/marks/format";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";
import { useCard, useScan } from "../hooks";
import { formatDay, formatWhen, getBand } from "../parts";

const ICONS = {
    sealed: "fa-lock",
    stored: "fa-th",
    loaded: "fa-print",
    reserved: "fa-bookmark",
    quarantine: "fa-ban",
    away: "fa-sign-out",
    empty: "fa-circle-thin",
    scrapped: "fa-trash-o",
};

function isHeld(card) {
    return card.status === "quarantine" || card.is_quarantined;
}

/** A spool: what it looks like, what is left, where it is, and what can be done. */
export class SpoolScreen extends Component {
    static template = "print3d_inventory.ScanSpool";
    static components = { FilamentSwatch, SpoolGauge };
    static props = { id: Number };

    setup() {
        this.scan = useScan();
        this.state = useCard(() => "spool");
    }

    get card() {
        return this.scan.read(() => this.scan.model.getCard("spool", this.props.id));
    }

    getBand(card) {
        return getBand(card.swatch || { colours: card.colours });
    }

    getSwatch(card) {
        return card.swatch || { colours: card.colours || [] };
    }

    /** What is to be known of the spool, each with an icon. */
    getFacts(card) {
        const facts = [this.getStatus(card)];
        if (card.place?.title) {
            facts.push({ icon: "fa-map-marker", text: card.place.title });
        }
        if (card.dry?.is_due) {
            facts.push({
                icon: "fa-tint",
                text: card.dry.text || _t("Dry it"),
                kind: "warn",
            });
        }
        for (const one of card.reserved || []) {
            const grams = one.grams ? ` · ${formatGrams(one.grams)}` : "";
            facts.push({ icon: "fa-bookmark", text: `${one.title}${grams}` });
        }
        if (card.expires_on) {
            facts.push({
                icon: "fa-calendar-times-o",
                text: _t("Expires %s", formatDay(card.expires_on)),
            });
        }
        if (card.batch) {
            facts.push({ icon: "fa-barcode", text: _t("Batch %s", card.batch) });
        }
        if (card.pending) {
            facts.push({
                icon: "fa-cloud-upload",
                text: _t("%s waiting to be sent", card.pending),
                kind: "warn",
            });
        }
        return facts.filter(({ text }) => text);
    }

    getStatus(card) {
        if (isHeld(card)) {
            const text = card.status_text || _t("Quarantine");
            return { icon: ICONS.quarantine, text, kind: "bad" };
        }
        return { icon: ICONS[card.status] || "fa-circle-o", text: card.status_text };
    }

    getActions(card) {
        const { may } = this.scan.state;
        const isLoaded = card.place?.kind === "slot";
        const isOut = isHeld(card);
        const open =
            (name, params = {}) =>
            () =>
                this.scan.nav.open({ name, spoolId: card.id, ...params });
        const place = (purpose, want) =>
            open("pick", { purpose, want, title: this.getPickTitle(purpose) });
        const all = [
            {
                key: "weigh",
                icon: "fa-balance-scale",
                text: _t("Weigh"),
                run: open("weigh", { mode: card.tare_g ? "gross" : "net" }),
                isMain: true,
            },
            {
                key: "use",
                icon: "fa-minus-circle",
                text: _t("Use"),
                run: open("weigh", { mode: "used" }),
                isMain: true,
                isOff: isOut,
            },
            {
                key: "move",
                icon: "fa-arrows",
                text: _t("Move"),
                run: place("move", "place"),
                isMain: true,
            },
            isLoaded
                ? {
                      key: "unload",
                      icon: "fa-eject",
                      text: _t("Unload"),
                      may: "load",
                      run: () => this.scan.model.act("unload", { spool_id: card.id }),
                      isMain: true,
                  }
                : {
                      key: "load",
                      icon: "fa-print",
                      text: _t("Load"),
                      run: place("load", "slot"),
                      isMain: true,
                      isOff: isOut,
                  },
            {
                key: "dry",
                icon: "fa-tint",
                text: _t("Dry"),
                run: open("dry"),
            },
            {
                key: "open",
                icon: "fa-unlock",
                text: _t("Open"),
                run: () => this.scan.model.act("open", { spool_id: card.id }),
                isOff: !card.sealed,
            },
            {
                key: "scrap",
                icon: "fa-trash-o",
                text: _t("Scrap"),
                run: open("scrap"),
                isOff: !card.remaining_g,
            },
            {
                key: "more",
                icon: "fa-ellipsis-h",
                text: _t("More"),
                may: null,
                run: open("more"),
            },
        ];
        return all.map((action) => ({
            ...action,
            isOff:
                action.isOff ||
                (action.may !== null && may[action.may || action.key] === false),
        }));
    }

    getPickTitle(purpose) {
        return purpose === "load"
            ? _t("Load into which slot?")
            : _t("Where does it go?");
    }

    getGrams(line) {
        if (!line.grams) {
            return "";
        }
        return `${line.grams > 0 ? "+" : "−"}${formatGrams(Math.abs(line.grams))}`;
    }

    getWhen(line) {
        return [formatWhen(line.when), line.by].filter(Boolean).join(" · ");
    }

    getUndoLabel(line) {
        return _t("Undo: %s", line.text);
    }

    decide(conflict) {
        this.scan.nav.open({
            name: "conflict",
            spoolId: this.props.id,
            entryId: conflict.entry_id,
        });
    }
}
