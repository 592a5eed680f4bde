import { status, useComponent } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { tellDone } from "./alert_done";

/**
 * What people do with an alert, wherever it is shown.
 *
 * @param {Object} options
 * @param {() => any} options.reload shows anew what is left
 * @param {() => any} [options.leave] makes room for what a deed opens
 */
export function useAlertDeeds({ reload: load, leave = () => {} }) {
    const component = useComponent();
    const { env } = component;
    // What is opened outlives whoever asked for it.
    const { action, orm } = env.services;
    const reload = () => (status(component) === "destroyed" ? null : load());

    const call = (method, alert, ...args) =>
        orm.call("print3d.alert", method, [[alert.id], ...args]);

    /** Go on with what the server says; then the alert may be over. */
    const follow = async (result) => {
        if (!result || !result.type) {
            return reload();
        }
        if (result.tag === "print3d_alert_done") {
            tellDone(env, result.params, reload);
            return reload();
        }
        await leave();
        return action.doAction(result, { onClose: () => reload() });
    };

    const openPage = async (name, model, id) => {
        await leave();
        return action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    };

    return {
        acknowledge: async (alert) => {
            await call("action_acknowledge", alert);
            return reload();
        },
        assignToMe: async (alert) => {
            await call("action_assign_to_me", alert);
            return reload();
        },
        mute: async (alert, days) =>
            follow(await call("action_mute_quickly", alert, days)),
        muteUntil: async (alert) => follow(await call("action_open_mute", alert)),
        resolve: async (alert) => follow(await call("action_resolve_quickly", alert)),
        run: async (alert, key) => follow(await call("action_run", alert, key)),
        openSource: async (alert) => follow(await call("action_open_source", alert)),
        open: (alert) => openPage(_t("Alert"), "print3d.alert", alert.id),
        openRequest: ({ request }) =>
            openPage(request.name, "purchase.request", request.id),
    };
}
