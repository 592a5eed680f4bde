import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";

class WizardField extends Component {
    // Each field has its own.
    static template = "";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    update(value) {
        return this.props.record.update({ [this.props.name]: value });
    }
}

/** Done, failed or stopped, as three large buttons. */
export class OutcomeField extends WizardField {
    static template = "print3d_production.OutcomeField";

    get outcomes() {
        const icons = { done: "fa-check", failed: "fa-times", cancelled: "fa-stop" };
        const { selection } = this.props.record.fields[this.props.name];
        return selection.map(([key, label]) => ({ key, label, icon: icons[key] }));
    }
}

// More copies than a thumb finds are counted, not marked one by one.
const MOST_MARKED = 40;

/** Good and bad pieces, with a thumb: counted, or marked copy by copy. */
export class PiecesField extends WizardField {
    static template = "print3d_production.PiecesField";

    get pieces() {
        return (this.value || []).map((piece) => ({
            ...piece,
            copies: this.getCopies(piece),
        }));
    }

    getCopies({ planned, bad = [], unmarked = false }) {
        if (
            unmarked ||
            planned < 2 ||
            planned > MOST_MARKED ||
            !Number.isInteger(planned)
        ) {
            return [];
        }
        return Array.from({ length: planned }, (_, index) => ({
            number: index + 1,
            isBad: bad.includes(index + 1),
        }));
    }

    change(index, change) {
        const pieces = (this.value || []).map((piece) => ({ ...piece }));
        change(pieces[index]);
        this.update(pieces);
    }

    setGood(index, good) {
        this.change(index, (piece) => {
            piece.good = Math.min(Math.max(good, 0), piece.planned);
            // Whoever counts does not say which ones.
            piece.bad = [];
        });
    }

    toggleCopy(index, number) {
        this.change(index, (piece) => {
            const bad = piece.bad || [];
            piece.bad = bad.includes(number)
                ? bad.filter((other) => other !== number)
                : [...bad, number].sort((one, other) => one - other);
            piece.good = piece.planned - piece.bad.length;
        });
    }
}

/** How far a print came, as a slider. */
export class PercentField extends WizardField {
    static template = "print3d_production.PercentField";

    setup() {
        this.state = useState({ dragged: null });
    }

    get percent() {
        return this.state.dragged ?? Math.round(this.value || 0);
    }

    onInput(ev) {
        this.state.dragged = Number(ev.target.value);
    }

    async onChange(ev) {
        await this.update(Number(ev.target.value));
        this.state.dragged = null;
    }
}

/** What went wrong, as pictures. */
export class CauseField extends WizardField {
    static template = "print3d_production.CauseField";

    setup() {
        this.orm = useService("orm");
        this.state = useState({ causes: [] });
        onWillStart(async () => {
            this.state.causes = await this.orm.searchRead(
                "print3d.failure.cause",
                [],
                ["name", "icon"]
            );
        });
    }

    choose(cause) {
        this.update(
            this.value?.id === cause.id
                ? false
                : { id: cause.id, display_name: cause.name }
        );
    }
}

/**
 * Grams taken from each spool; weighed ones are written over the proposal. What went
 * back on the spool is entered beside it, once somebody asks for it.
 */
export class UsedGramsField extends WizardField {
    static template = "print3d_production.UsedGramsField";
    static components = { SpoolGauge };

    setup() {
        this.state = useState({ opened: {} });
    }

    get rows() {
        return (this.value || []).map((row, index) => ({
            ...row,
            key: `${row.tool}-${row.lot_id}`,
            isOpen: Boolean(row.back) || this.state.opened[index],
        }));
    }

    open(index) {
        this.state.opened[index] = true;
    }

    setGrams(index, name, ev) {
        const grams = Number(String(ev.target.value).replace(",", "."));
        const most = name === "back" ? this.rows[index].used : Infinity;
        if (!Number.isFinite(grams) || grams < 0 || grams > most) {
            ev.target.value = this.rows[index][name] || 0;
            return;
        }
        const rows = (this.value || []).map((row) => ({ ...row }));
        rows[index][name] = Math.round(grams * 100) / 100;
        this.update(rows);
    }
}

const fields = registry.category("fields");
fields.add("print3d_outcome", {
    component: OutcomeField,
    displayName: _t("Outcome of a print"),
    supportedTypes: ["selection"],
});
fields.add("print3d_pieces", {
    component: PiecesField,
    displayName: _t("Good and bad pieces"),
    supportedTypes: ["json"],
});
fields.add("print3d_percent", {
    component: PercentField,
    displayName: _t("Percent slider"),
    supportedTypes: ["float", "integer"],
});
fields.add("print3d_cause", {
    component: CauseField,
    displayName: _t("Failure cause"),
    supportedTypes: ["many2one"],
});
fields.add("print3d_used_grams", {
    component: UsedGramsField,
    displayName: _t("Filament used"),
    supportedTypes: ["json"],
});
