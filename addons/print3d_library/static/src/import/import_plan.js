import { Component, onWillStart, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ImportCard, ImportFile } from "./import_card";
import { ImportCatalogue } from "./import_catalogue";
import { AssignDialog, LinkDialog, MoveDialog } from "./import_dialogs";
import {
    addToPlan,
    buildTree,
    emptyPlan,
    filterModels,
    groupSkipped,
    toggleSelection,
} from "./plan_tree";

const MODEL = "print3d.import";
const UNREADABLE = "unreadable";
const MODELS_SHOWN = 40;
// So few models are shown with all their files.
const FEW_MODELS = 6;
const POLL_DELAY = 4000;
const WORKING = ["looking", "running"];

/**
 * The plan of an import: models, variants and files, to be looked at and changed.
 *
 * Each change is one call, whose answer holds what changed; nothing is computed twice.
 */
export class ImportPlan extends Component {
    static template = "print3d_library.ImportPlan";
    static components = { ImportCard, ImportCatalogue, ImportFile };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.busService = useService("bus_service");
        this.plan = emptyPlan();
        this.state = useState({
            progress: null,
            text: "",
            show: "all",
            limit: MODELS_SHOWN,
            open: {},
            areFewOpen: true,
            isSkippedOpen: false,
            isDragging: false,
            overNew: false,
            version: 0,
        });
        this.selection = useState({ lines: new Set(), models: new Set() });
        this.last = { lines: null, models: null };
        this.dragged = [];
        const onBus = (detail) => this.onProgress(detail);
        this.busService.subscribe("print3d_import", onBus);
        onWillStart(() => this.load());
        useEffect(
            () => this.poll(),
            () => [this.progress.state]
        );
        // A button of the form changes the state on the server.
        useBus(this.props.record.model.bus, "update", () => this.onRecord());
        onWillUnmount(() => {
            this.busService.unsubscribe("print3d_import", onBus);
            browser.clearTimeout(this.timer);
        });
    }

    // === DATA === //

    get id() {
        return this.props.record.resId;
    }

    get progress() {
        return this.state.progress || {};
    }

    get isWorking() {
        return WORKING.includes(this.progress.state);
    }

    get isEditable() {
        return this.progress.state === "draft";
    }

    async load() {
        const data = await this.orm.call(MODEL, "get_plan", [this.id]);
        this.plan = addToPlan(emptyPlan(), data);
        this.refresh();
        this.state.progress = data.import;
        if (this.isEditable && this.skipped.some(({ code }) => code === UNREADABLE)) {
            this.state.isSkippedOpen = true;
        }
    }

    refresh() {
        this.tree = buildTree(this.plan);
        this.state.version++;
    }

    async onRecord() {
        if (this.props.record.data.state !== this.progress.state) {
            await this.load();
        }
    }

    async onProgress(detail) {
        if (detail.id !== this.id) {
            return;
        }
        const before = this.progress.state;
        this.state.progress = { ...this.progress, ...detail };
        if (detail.state !== before) {
            await this.load();
            await this.props.record.load();
        }
    }

    // The bus says it at once; asking is for a server without a websocket.
    poll() {
        browser.clearTimeout(this.timer);
        if (this.isWorking) {
            this.timer = browser.setTimeout(async () => {
                const detail = await this.orm.silent.call(MODEL, "get_progress", [
                    this.id,
                ]);
                await this.onProgress(detail);
                this.poll();
            }, POLL_DELAY);
        }
    }

    async change(method, ...args) {
        const data = await this.orm.call(MODEL, method, [[this.id], ...args]);
        addToPlan(this.plan, data);
        this.refresh();
    }

    /** Columns taken for other fields: the server plans anew. */
    async mapColumns(names) {
        const data = await this.orm.call(MODEL, "plan_map_columns", [[this.id], names]);
        this.plan = addToPlan(emptyPlan(), data);
        this.clearSelection();
        this.refresh();
        this.state.progress = data.import;
        await this.props.record.load();
    }

    // === WHAT IS SHOWN === //

    get rows() {
        return [...this.plan.rows.values()];
    }

    get models() {
        return filterModels(this.tree.models, this.state);
    }

    get shownModels() {
        return this.models.slice(0, this.state.limit);
    }

    get skipped() {
        return groupSkipped(
            this.tree.skipped,
            this.plan.summary?.reasons || [],
            this.state.text
        );
    }

    get tiles() {
        const sum = this.plan.summary;
        if (!sum) {
            return [];
        }
        return [
            ["new_models", _t("new models"), "new"],
            ["known_models", _t("models get more"), "known"],
            ["new_variants", _t("new variants"), "several"],
            ["versions", _t("versions"), null],
            ["meshes", _t("meshes"), null],
            ["pictures", _t("pictures"), null],
            ["documents", _t("texts and documents"), null],
        ]
            .filter(([name]) => sum[name])
            .map(([name, label, show]) => ({ name, label, show, count: sum[name] }));
    }

    get progressText() {
        const {
            state,
            looked_count,
            file_count,
            done_count,
            failed_count,
            todo_count,
        } = this.progress;
        if (state === "looking") {
            return _t("Looking into files: %(looked)s of %(count)s", {
                looked: looked_count,
                count: file_count,
            });
        }
        return _t("Importing: %(ended)s of %(count)s files", {
            ended: done_count + failed_count,
            count: done_count + failed_count + todo_count,
        });
    }

    isOpen(model) {
        return (
            this.state.open[model.id] ??
            (this.state.areFewOpen && this.tree.models.length <= FEW_MODELS)
        );
    }

    toggleOpen(model) {
        this.state.open[model.id] = !this.isOpen(model);
    }

    toggleShow(show) {
        this.state.show = this.state.show === show ? "all" : show;
        this.state.limit = MODELS_SHOWN;
    }

    showMore() {
        this.state.limit += MODELS_SHOWN;
    }

    // === SELECTION === //

    select(kind, id, ev) {
        const order =
            kind === "models"
                ? this.shownModels.map((model) => model.id)
                : this.shownModels.flatMap((model) =>
                      model.lines.map((line) => line.id)
                  );
        toggleSelection(this.selection[kind], order, id, this.last[kind], ev.shiftKey);
        this.last[kind] = id;
    }

    selectAll() {
        for (const model of this.models) {
            this.selection.models.add(model.id);
        }
    }

    clearSelection() {
        this.selection.lines.clear();
        this.selection.models.clear();
    }

    get selectedLines() {
        return [...this.selection.lines].filter((id) => this.plan.lines.has(id));
    }

    get selectedModels() {
        return [...this.selection.models].filter((id) => this.plan.models.has(id));
    }

    get selectedText() {
        const parts = [];
        const models = this.selectedModels.length;
        const lines = this.selectedLines.length;
        if (models) {
            parts.push(models === 1 ? _t("1 model") : _t("%s models", models));
        }
        if (lines) {
            parts.push(lines === 1 ? _t("1 file") : _t("%s files", lines));
        }
        return parts.join(", ");
    }

    /** Files that are chosen, also by their models. */
    get chosenLines() {
        const chosen = new Set(this.selectedLines);
        for (const model of this.tree.models) {
            if (this.selection.models.has(model.id)) {
                model.lines.forEach((line) => chosen.add(line.id));
            }
        }
        return [...chosen];
    }

    // === CHANGES === //

    async act(method, ...args) {
        await this.change(method, ...args);
        this.clearSelection();
    }

    undo() {
        return this.change("plan_undo");
    }

    renameModel(model, name) {
        return this.change("plan_rename_model", model.id, name || model.name);
    }

    renameVariant(variant, name) {
        return this.change("plan_rename_variant", variant.id, name);
    }

    merge() {
        return this.act("plan_merge", this.selectedModels);
    }

    skip(ids) {
        return this.act("plan_skip", ids);
    }

    unskip(ids) {
        return this.act("plan_unskip", ids);
    }

    splitVariants(model) {
        return this.act("plan_split_variants", model.id);
    }

    move(ids) {
        this.dialog.add(MoveDialog, {
            count: ids.length,
            models: this.tree.models,
            onVariant: (variant) => this.act("plan_move", ids, variant.id),
            onModel: (model, name) =>
                this.act("plan_move_to_model", ids, model.id, name),
            onNew: (name) => this.act("plan_split", ids, name),
        });
    }

    assign(ids) {
        this.dialog.add(AssignDialog, {
            count: ids.length,
            onAssign: (vals) => this.act("plan_assign", ids, vals),
        });
    }

    link(model) {
        this.dialog.add(LinkDialog, {
            name: model.name,
            templateId: model.template ? model.template[0] : false,
            onLink: (templateId) => this.change("plan_link", [model.id], templateId),
        });
    }

    open(target) {
        if (target.model === "print3d.file") {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: target.model,
                domain: [["id", "=", target.id]],
                views: [[false, "list"]],
                name: _t("In the library"),
            });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: target.model,
            res_id: target.id,
            views: [[false, "form"]],
        });
    }

    openTemplate(model) {
        return this.open({ model: "product.template", id: model.template[0] });
    }

    // === DRAGGING === //

    startDrag(line, ev) {
        const chosen = this.selection.lines;
        this.dragged = chosen.has(line.id) ? [...chosen] : [line.id];
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData("text/plain", line.name);
        this.state.isDragging = true;
    }

    endDrag() {
        this.dragged = [];
        this.state.isDragging = false;
        this.state.overNew = false;
    }

    canDrop() {
        return this.isEditable && this.dragged.length > 0;
    }

    takeDragged() {
        const ids = this.dragged;
        this.endDrag();
        return ids;
    }

    async dropOnVariant(variant) {
        const ids = this.takeDragged();
        if (ids.length) {
            await this.act("plan_move", ids, variant.id);
        }
    }

    async dropOnModel(model) {
        const ids = this.takeDragged();
        if (ids.length) {
            await this.act("plan_move_to_model", ids, model.id);
        }
    }

    /** On a file of its own variant, a file comes before it; else it moves there. */
    async dropOnFile(line, variant) {
        const ids = this.takeDragged();
        const own = variant.lines.map((entry) => entry.id);
        if (!ids.length || ids.includes(line.id)) {
            return;
        }
        if (!ids.every((id) => own.includes(id))) {
            await this.act("plan_move", ids, variant.id);
            return;
        }
        const rest = own.filter((id) => !ids.includes(id));
        rest.splice(rest.indexOf(line.id), 0, ...ids);
        await this.act("plan_order", rest);
    }

    async dropOnNew() {
        const ids = this.takeDragged();
        if (ids.length) {
            const line = this.plan.lines.get(ids[0]);
            const name = line.name.replace(/\.[^.]+$/, "").replace(/_/g, " ");
            await this.act("plan_split", ids, name);
        }
    }

    onNewDragOver(ev) {
        if (this.canDrop()) {
            ev.preventDefault();
            this.state.overNew = true;
        }
    }
}

registry.category("view_widgets").add("print3d_import_plan", {
    component: ImportPlan,
});
