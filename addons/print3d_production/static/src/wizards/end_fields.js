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

/** Good and bad pieces, with a thumb. */
export class PiecesField extends WizardField {
    static template = "print3d_production.PiecesField";

    get pieces() {
        return this.value || [];
    }

    setGood(index, good) {
        const pieces = this.pieces.map((piece) => ({ ...piece }));
        pieces[index].good = Math.min(Math.max(good, 0), pieces[index].planned);
        this.update(pieces);
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

/** Grams taken from each spool; weighed ones are written over the proposal. */
export class UsedGramsField extends WizardField {
    static template = "print3d_production.UsedGramsField";
    static components = { SpoolGauge };

    get rows() {
        return this.value || [];
    }

    setUsed(index, ev) {
        const grams = Number(String(ev.target.value).replace(",", "."));
        if (!Number.isFinite(grams) || grams < 0) {
            ev.target.value = this.rows[index].used;
            return;
        }
        const rows = this.rows.map((row) => ({ ...row }));
        rows[index].used = Math.round(grams * 100) / 100;
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
