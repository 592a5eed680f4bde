import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { HomeCard } from "@print3d_library/home/home_card";
import { ProgressRing } from "@print3d_library/marks/progress_ring";
import { StateDot } from "@print3d_library/marks/state_dot";
import { Thumbnail } from "@print3d_library/marks/thumbnail";
import { STAGE_COLOURS } from "./stages";

/** Open orders, the most urgent first, each with what can be done about it. */
export class OrdersDueSection extends Component {
    static template = "print3d_sales.OrdersDueSection";
    static components = { HomeCard, ProgressRing, StateDot, Thumbnail };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Orders due");
    }

    colour(order) {
        return STAGE_COLOURS[order.stage];
    }

    isLate(order) {
        return order.days !== false && order.days < 0;
    }

    /** When the goods must leave, in words. */
    due(order) {
        if (order.days === false) {
            return "";
        }
        if (order.days < -1) {
            return _t("%s days late", -order.days);
        }
        if (order.days === -1) {
            return _t("1 day late");
        }
        if (order.days === 0) {
            return _t("due today");
        }
        if (order.days === 1) {
            return _t("due tomorrow");
        }
        return _t("due in %s days", order.days);
    }

    runs(order) {
        return order.run_count ? `${order.done_count}/${order.run_count}` : "";
    }

    open(order) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: order.id,
            views: [[false, "form"]],
        });
    }

    async ship(order) {
        const action = await this.orm.call("sale.order", "action_view_delivery", [
            [order.id],
        ]);
        return this.action.doAction(action);
    }

    openAll() {
        return this.action.doAction("print3d_sales.sale_order_action");
    }
}

registry.category("print3d_home_sections").add("orders_due", {
    key: "orders_due",
    component: OrdersDueSection,
    sequence: 30,
    column: "main",
});

registry.category("print3d_home_actions").add("new_order", {
    label: _t("New order"),
    icon: "fa-shopping-cart",
    action: "print3d_sales.sale_order_action_new",
    groups: "print3d_library.group_print3d_sales",
    sequence: 5,
});
