import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { HomeCard } from "@print3d_library/home/home_card";
import { FilamentChips } from "@print3d_library/marks/filament_chips";
import { formatPrintTime } from "@print3d_library/marks/format";
import { ProgressRing } from "@print3d_library/marks/progress_ring";
import { StateDot } from "@print3d_library/marks/state_dot";
import { Thumbnail } from "@print3d_library/marks/thumbnail";
import { Slots } from "../fields/slots";

/** Prints that need a person now, each with its next action. */
export class QueueSection extends Component {
    static template = "print3d_production.QueueSection";
    static components = { FilamentChips, HomeCard, StateDot, Thumbnail };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Printing: what needs you");
        this.allLabel = _t("Queue");
    }

    time(run) {
        return formatPrintTime(run.time_s);
    }

    open(run) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "print3d.run",
            res_id: run.id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("print3d_production.print3d_run_action");
    }

    async act(run) {
        const action = await this.orm.call("print3d.run", run.method, [[run.id]]);
        if (action && action.type) {
            await this.action.doAction(action, { onClose: () => this.props.reload() });
        } else {
            await this.props.reload();
        }
    }
}

/** The printers as small tiles. */
export class PrintersSection extends Component {
    static template = "print3d_production.PrintersSection";
    static components = { HomeCard, ProgressRing, Slots, StateDot };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.title = _t("Printers");
    }

    openAll() {
        return this.action.doAction("print3d_production.mrp_workcenter_action_printer");
    }

    async open(printer) {
        const action = await this.action.loadAction(
            "print3d_production.mrp_workcenter_action_printer"
        );
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: printer.id },
        });
    }
}

registry
    .category("print3d_home_sections")
    .add("queue", {
        key: "queue",
        component: QueueSection,
        sequence: 10,
        column: "main",
    })
    .add("printers", {
        key: "printers",
        component: PrintersSection,
        sequence: 10,
        column: "side",
    });

registry.category("print3d_home_actions").add("queue", {
    label: _t("Queue"),
    icon: "fa-tasks",
    action: "print3d_production.print3d_run_action",
    groups: "print3d_library.group_print3d_user",
    sequence: 20,
});
