import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const CHANGE = "print3d.queue.change";
let close = () => {};

/**
 * Show what undoing did.
 *
 * @param {Object} services action and notification
 * @param {Object} told the action that the server answered with
 * @param {Function} [reload] loads what is on the screen again; the whole page without
 */
async function tellUndone({ action, notification }, told, reload) {
    if (!reload) {
        await action.doAction(told);
        return;
    }
    await reload();
    notification.add(told.params.message, { type: told.params.type });
}

/**
 * Say what was done to the queue, with a button that undoes it; one at a time.
 *
 * @param {Object} services action, notification and orm
 * @param {Object} told change_id and message
 * @param {Function} [reload] see above
 */
export function tellChange(services, { change_id, message }, reload) {
    close();
    close = services.notification.add(message || _t("Nothing changed."), {
        type: change_id ? "success" : "info",
        autocloseDelay: 15000,
        buttons: change_id
            ? [
                  {
                      name: _t("Undo"),
                      icon: "fa-undo",
                      primary: true,
                      onClick: async () => {
                          close();
                          const told = await services.orm.call(CHANGE, "action_undo", [
                              [change_id],
                          ]);
                          await tellUndone(services, told, reload);
                      },
                  },
              ]
            : [],
    });
}

/**
 * Undo what this user did last to the queue.
 *
 * @param {Object} services action, notification and orm
 * @param {Function} [reload] see above
 */
export async function undoLast(services, reload) {
    close();
    const told = await services.orm.call(CHANGE, "action_undo_last", []);
    await tellUndone(services, told, reload);
}

/**
 * @param {Object} env
 * @param {Object} action with params change_id, message and next, the action run then
 * @returns {Object|undefined} the action that follows
 */
export function changeDone(env, { params }) {
    tellChange(env.services, params);
    return params.next || { type: "ir.actions.client", tag: "soft_reload" };
}

registry.category("actions").add("print3d_queue_change_done", changeDone);
