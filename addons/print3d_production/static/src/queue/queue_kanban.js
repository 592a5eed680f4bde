import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

export class QueueRenderer extends KanbanRenderer {
    /** Core shows a board without columns as an empty page. */
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return (isGrouped && !groups.length) || super.showNoContentHelper;
    }
}

registry
    .category("views")
    .add("print3d_queue", { ...kanbanView, Renderer: QueueRenderer });
