import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { formatGrams } from "@print3d_library/marks/format";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";
import { OtherPrintersDialog } from "./other_printers";

/**
 * How the feasibility of a print comes about: for each tool its spools, what is on
 * them, what earlier prints take, what is on its way. And what can be done about it.
 */
export class FeasibilityPanel extends Component {
    static template = "print3d_production.FeasibilityPanel";
    static components = { FilamentChips, SpoolGauge };
    static props = {
        runId: Number,
        onChanged: Function,
        dismiss: Function,
        close: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ data: null, busy: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call(
            "print3d.run",
            "get_feasibility_explained",
            [[this.props.runId]]
        );
    }

    get data() {
        return this.state.data;
    }

    get deeds() {
        const { may, status } = this.data;
        return [
            {
                key: "start",
                method: "action_start",
                icon: "fa-play",
                label: _t("Start…"),
                primary: status === "ready" || status === "swap",
            },
            {
                key: "reserve",
                method: "action_reserve_spools",
                icon: "fa-lock",
                label: _t("Reserve"),
            },
            {
                key: "release",
                method: "action_release_spools",
                icon: "fa-unlock",
                label: _t("Release"),
            },
            {
                key: "buy",
                method: "action_buy_missing",
                icon: "fa-shopping-cart",
                label: _t("Buy"),
                primary: true,
            },
            {
                key: "allow",
                method: "action_allow",
                icon: "fa-thumbs-up",
                label: _t("Allow all the same…"),
            },
        ].filter((deed) => may[deed.key]);
    }

    grams(value) {
        return formatGrams(value);
    }

    place(spool) {
        if (!spool.load) {
            return _t("%s, loaded", [spool.place]);
        }
        return spool.follows
            ? _t("to go on with, from %s", [spool.place])
            : _t("load it from %s", [spool.place]);
    }

    /** The lines of the sum: what is on a spool, who takes what, what is left. */
    sum(spool) {
        const lines = [{ key: "total", label: _t("On the spool"), grams: spool.total }];
        if (spool.kept) {
            lines.push({
                key: "kept",
                label: _t("Reserved for others"),
                grams: -spool.kept,
            });
        }
        if (spool.more) {
            lines.push({
                key: "more",
                label: _t("%s prints before", [spool.more]),
                grams: -spool.more_grams,
            });
        }
        for (const run of spool.earlier) {
            lines.push({
                key: run.id,
                label: run.printing
                    ? _t("%(run)s, printing: %(product)s", {
                          run: run.name,
                          product: run.product,
                      })
                    : _t("%(run)s before: %(product)s", {
                          run: run.name,
                          product: run.product,
                      }),
                grams: -run.grams,
            });
        }
        lines.push({ key: "takes", label: _t("This print"), grams: -spool.takes });
        lines.push({
            key: "after",
            label: _t("Left afterwards"),
            grams: spool.after,
            strong: true,
        });
        return lines.map((line) => ({ ...line, grams: this.signed(line.grams) }));
    }

    /** Not rounded to what reads well: it must add up to the line below. */
    signed(grams) {
        const figure = _t(
            "%s g",
            formatFloat(Math.abs(grams), { digits: [16, 2], trailingZeros: false })
        );
        return grams < 0 ? `−${figure}` : figure;
    }

    async run(deed) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const action = await this.orm.call("print3d.run", deed.method, [
                [this.props.runId],
            ]);
            if (action && action.type) {
                this.props.dismiss();
                await this.action.doAction(action, {
                    onClose: () => this.props.onChanged(),
                });
            } else {
                await this.load();
                await this.props.onChanged();
            }
        } finally {
            this.state.busy = false;
        }
    }

    openRequest(request) {
        this.props.dismiss();
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "purchase.request",
            res_id: request.id,
            views: [[false, "form"]],
        });
    }

    findPrinter() {
        this.props.dismiss();
        this.dialog.add(OtherPrintersDialog, {
            runId: this.props.runId,
            onChanged: this.props.onChanged,
        });
    }
}
