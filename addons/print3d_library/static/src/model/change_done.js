import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Say that a change of the library is made, with a button that undoes it.
 *
 * @param {Object} env
 * @param {Object} action with params change_id, message and next, the action run then
 */
export function changeDone(env, { params }) {
    const { action, notification, orm } = env.services;
    const close = notification.add(params.message, {
        type: "success",
        autocloseDelay: 15000,
        buttons: [
            {
                name: _t("Undo"),
                icon: "fa-undo",
                primary: true,
                onClick: async () => {
                    close();
                    const undone = await orm.call(
                        "print3d.library.change",
                        "action_undo",
                        [[params.change_id]]
                    );
                    await action.doAction(undone);
                },
            },
        ],
    });
    return params.next;
}

registry.category("actions").add("print3d_change_done", changeDone);
