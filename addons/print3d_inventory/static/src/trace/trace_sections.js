import { Component, useRef } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { formatGrams } from "@print3d_library/marks/format";
import { traceAction } from "./trace_subject";

const NUMBERS = ["number", "grams"];
// Figures whose section is called otherwise.
const SECTIONS = { left: "spools" };

/** The tables of a trail, from the vendor to the customer. */
export class TraceSections extends Component {
    static template = "print3d_inventory.TraceSections";
    static props = { trace: Object };

    setup() {
        this.action = useService("action");
        this.rootRef = useRef("root");
    }

    findSection(figure) {
        const key = SECTIONS[figure.key] || figure.key;
        return this.props.trace.sections.find((section) => section.key === key);
    }

    hasSection(figure) {
        return Boolean(this.findSection(figure));
    }

    /** Go to what a figure counts. */
    show(figure) {
        const { key } = this.findSection(figure);
        this.rootRef.el
            .querySelector(`.o_print3d_trace_section[data-key="${key}"]`)
            .scrollIntoView({ block: "start" });
    }

    /** Rows with a heading before each that begins a group. */
    getRows(section) {
        let last = "";
        return section.rows.map((row, index) => {
            const heading = row.group && row.group !== last ? row.group : "";
            last = row.group || last;
            return { ...row, key: index, heading };
        });
    }

    isNumber(column) {
        return NUMBERS.includes(column.type);
    }

    isEmpty(column, cell) {
        if (column.type === "sure") {
            return false;
        }
        return !cell || (Array.isArray(cell) && !cell.length);
    }

    links(column, cell) {
        if (column.type === "link") {
            return cell ? [cell] : [];
        }
        return column.type === "links" ? cell || [] : null;
    }

    contact(column, cell) {
        if (!cell) {
            return null;
        }
        if (column.type === "phone") {
            return `tel:${cell.replace(/[^+\d]/g, "")}`;
        }
        return column.type === "email" ? `mailto:${cell}` : null;
    }

    text(column, cell) {
        if (column.type === "grams") {
            return formatGrams(cell);
        }
        if (column.type === "number") {
            return cell ? formatFloat(cell, { trailingZeros: false }) : "";
        }
        if (column.type === "date") {
            return cell ? formatDate(deserializeDate(cell)) : "";
        }
        return cell || "";
    }

    more(section) {
        const left = section.total - section.rows.length;
        return left > 0
            ? _t("%s more rows are in the spreadsheet and on the paper.", left)
            : "";
    }

    open(link) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: link.model,
            res_id: link.id,
            views: [[false, "form"]],
        });
    }

    follow(subject) {
        this.action.doAction(traceAction(subject));
    }
}
