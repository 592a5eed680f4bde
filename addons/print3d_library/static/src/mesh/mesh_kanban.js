import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { useUpload } from "../upload/upload_hook";

/** Meshes: files dropped anywhere become meshes of new models. */
export class MeshKanbanController extends KanbanController {
    setup() {
        super.setup();
        this.upload = useUpload(this.rootRef, {
            text: _t("Drop meshes here: each becomes a model"),
            getTarget: () => ({}),
            onChanged: () => this.model.load(),
        });
    }
}

export const meshKanbanView = {
    ...kanbanView,
    Controller: MeshKanbanController,
    buttonTemplate: "print3d_library.LibraryKanban.Buttons",
};

registry.category("views").add("print3d_mesh_kanban", meshKanbanView);
