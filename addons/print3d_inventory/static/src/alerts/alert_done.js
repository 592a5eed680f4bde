import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Tell what was done to alerts, with a way back.
 *
 * @param {Object} env
 * @param {{ids: number[], message: string, undo: string}} params `undo` is the method
 *  of the alerts that takes it back
 * @param {() => any} [onUndone] what follows when it was taken back
 */
export function tellDone(env, { ids, message, undo }, onUndone) {
    const close = env.services.notification.add(message, {
        type: "success",
        // Long enough to see that it was the wrong one.
        autocloseDelay: 8000,
        buttons: ids.length
            ? [
                  {
                      name: _t("Undo"),
                      primary: true,
                      onClick: async () => {
                          close();
                          await env.services.orm.call("print3d.alert", undo, [ids]);
                          await onUndone?.();
                      },
                  },
              ]
            : [],
    });
}

/** Follows a button of a list or a form; the view shows it anew after the undoing. */
function alertDone(env, action) {
    const { next, ...params } = action.params;
    tellDone(env, params, () =>
        env.services.action.doAction({ type: "ir.actions.client", tag: "soft_reload" })
    );
    return next;
}

registry.category("actions").add("print3d_alert_done", alertDone);
