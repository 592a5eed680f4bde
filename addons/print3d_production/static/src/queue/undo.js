import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const CHANGE = "print3d.queue.change";
let close = () => {};

/**
 * Say what was done to the queue, with a button that undoes it; one at a time.
 *
 * @param {Object} services action, notification and orm
 * @param {Object} told change_id and message
 */
export function tellChange({ action, notification, orm }, { change_id, message }) {
    close();
    close = notification.add(message || _t("Nothing changed."), {
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
                          await action.doAction(
                              await orm.call(CHANGE, "action_undo", [[change_id]])
                          );
                      },
                  },
              ]
            : [],
    });
}

/**
 * Undo what this user did last to the queue, and load what is on the screen again.
 *
 * @param {Object} services action and orm
 */
export async function undoLast({ action, orm }) {
    close();
    await action.doAction(await orm.call(CHANGE, "action_undo_last", []));
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
