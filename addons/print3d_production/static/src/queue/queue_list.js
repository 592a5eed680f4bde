import { useCommand } from "@web/core/commands/command_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { undoLast } from "./undo";

/** A list of runs in which the last change of the queue can be undone by a key. */
export class QueueListRenderer extends ListRenderer {
    setup() {
        super.setup();
        const services = {
            action: useService("action"),
            notification: useService("notification"),
            orm: useService("orm"),
        };
        if (this.props.archInfo.activeActions?.edit) {
            useCommand(
                _t("Undo the last change of the queue"),
                () => undoLast(services, () => this.props.list.model.load()),
                {
                    category: "smart_action",
                    hotkey: "u",
                    global: true,
                }
            );
        }
    }
}

registry
    .category("views")
    .add("print3d_queue_list", { ...listView, Renderer: QueueListRenderer });
