import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

export const FEASIBILITY_ICONS = {
    ready: "fa-check",
    swap: "fa-exchange",
    short: "fa-exclamation-triangle",
    no_stock: "fa-exclamation-triangle",
    no_printer: "fa-ban",
};

/** How a print would stand on every printer; a tap puts it there. */
export class OtherPrintersDialog extends Component {
    static template = "print3d_production.OtherPrintersDialog";
    static components = { Dialog };
    static props = { runId: Number, onChanged: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ data: null, showAll: false });
        onWillStart(async () => {
            this.state.data = await this.orm.call("print3d.run", "get_other_printers", [
                [this.props.runId],
            ]);
        });
    }

    get title() {
        return _t("Printers for %s", [this.state.data.run]);
    }

    get fitting() {
        return this.state.data.printers.filter(
            (printer) => printer.status !== "no_printer"
        );
    }

    get others() {
        return this.state.data.printers.filter(
            (printer) => printer.status === "no_printer"
        );
    }

    get shown() {
        const all = this.state.showAll || !this.fitting.length;
        return all ? this.state.data.printers : this.fitting;
    }

    icon(printer) {
        return FEASIBILITY_ICONS[printer.status];
    }

    facts(printer) {
        const facts = [];
        if (printer.current) {
            facts.push(_t("where it is now"));
        }
        if (printer.busy) {
            facts.push(_t("printing"));
        }
        if (printer.waiting) {
            facts.push(_t("%s more wait there", [printer.waiting]));
        }
        return facts.join(" · ");
    }

    async choose(printer) {
        await this.orm.call("print3d.run", "action_choose_printer", [
            [this.props.runId],
            printer.id,
        ]);
        this.props.close();
        await this.props.onChanged();
    }
}
