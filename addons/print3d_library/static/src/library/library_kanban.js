import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { useUpload } from "../upload/upload_hook";

export const SORTINGS = [
    { key: "newest", label: _t("Newest"), order: "create_date desc" },
    { key: "name", label: _t("Name"), order: "name" },
    { key: "quick", label: _t("Quickest"), order: "print_time_s" },
    { key: "light", label: _t("Least filament"), order: "print_weight_g" },
];

/** Library: files dropped anywhere become models, and a sorting beside the search. */
export class LibraryKanbanController extends KanbanController {
    static template = "print3d_library.LibraryKanban";
    static components = { ...KanbanController.components, Dropdown, DropdownItem };

    setup() {
        super.setup();
        this.upload = useUpload(this.rootRef, {
            text: _t("Drop sliced files and meshes here: each becomes a model"),
            getTarget: () => ({}),
            onChanged: () => this.model.load(),
        });
        this.sortings = SORTINGS;
    }

    get sorting() {
        const [{ name, asc } = {}] = this.model.root?.orderBy || [];
        const order = name ? name + (asc ? "" : " desc") : SORTINGS[0].order;
        return this.sortings.find((sorting) => sorting.order === order);
    }

    sort(sorting) {
        const [name, direction] = sorting.order.split(" ");
        return this.model.load({ orderBy: [{ name, asc: direction !== "desc" }] });
    }
}

export class LibraryKanbanRenderer extends KanbanRenderer {}

export const libraryKanbanView = {
    ...kanbanView,
    Controller: LibraryKanbanController,
    Renderer: LibraryKanbanRenderer,
    buttonTemplate: "print3d_library.LibraryKanban.Buttons",
};

registry.category("views").add("print3d_library_kanban", libraryKanbanView);
