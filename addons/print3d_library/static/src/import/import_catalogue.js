import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { summariseRows } from "./plan_tree";

const PROBLEMS_SHOWN = 50;
const VERDICTS = [
    ["new", _t("new"), "text-bg-success"],
    ["update", _t("changed"), "text-bg-info"],
    ["same", _t("nothing to change"), "text-bg-light"],
    ["problem", _t("with a problem"), "text-bg-danger"],
];

/** The catalogue of a plan: what its columns hold, and the rows that have a problem. */
export class ImportCatalogue extends Component {
    static template = "print3d_library.ImportCatalogue";
    static props = {
        importId: Number,
        catalogue: Object,
        rows: Array,
        isEditable: Boolean,
        onMap: Function,
    };

    setup() {
        this.state = useState({
            areColumnsOpen: false,
            shown: PROBLEMS_SHOWN,
            names: null,
        });
    }

    get summary() {
        return summariseRows(this.props.rows);
    }

    get verdicts() {
        const { counts } = this.summary;
        return VERDICTS.filter(([name]) => counts[name]).map(
            ([name, label, colour]) => ({
                name,
                label,
                colour,
                count: counts[name],
            })
        );
    }

    get problems() {
        return this.summary.problems.slice(0, this.state.shown);
    }

    get problemsUrl() {
        return `/print3d/import/${this.props.importId}/problems`;
    }

    get names() {
        return (
            this.state.names || this.props.catalogue.columns.map(({ field }) => field)
        );
    }

    get hasChanged() {
        return Boolean(this.state.names);
    }

    get hasTwice() {
        const used = this.names.filter(Boolean);
        return new Set(used).size !== used.length;
    }

    setField(position, ev) {
        const names = [...this.names];
        names[position] = ev.target.value;
        this.state.names = names;
    }

    async apply() {
        const told = this.state.names;
        await this.props.onMap(this.names);
        // What was chosen while it was planned is still to be planned.
        if (this.state.names === told) {
            this.state.names = null;
        }
    }

    showMore() {
        this.state.shown += PROBLEMS_SHOWN;
    }
}
