import { useCommand } from "@web/core/commands/command_hook";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { onPatched } from "@odoo/owl";
import { tellChange, undoLast } from "./undo";

export const WAITING = ["draft", "queued", "assigned"];
const MIRRORED = { left: "right", right: "left" };

/** A board whose cards are moved by mouse and by keys, each time with a way back. */
export class QueueRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.services = {
            action: useService("action"),
            notification: useService("notification"),
            orm: useService("orm"),
        };
        this.resIdToFocus = null;
        // What cards were before their column was loaded again, maybe during a drag.
        this.known = new Map();
        const area = { area: () => this.rootRef.el, allowRepeat: true };
        for (const way of ["up", "down", "left", "right"]) {
            for (const key of ["shift", "alt"]) {
                useHotkey(`${key}+arrow${way}`, () => this.moveFocused(way), area);
            }
        }
        if (this.canEdit) {
            useHotkey("s", () => this.startFocused(), area);
            useHotkey("h", () => this.holdFocused(), area);
            useCommand(_t("Undo the last change of the queue"), () => this.undo(), {
                category: "smart_action",
                hotkey: "u",
                global: true,
            });
        }
        onPatched(() => this.focusAgain());
    }

    get canEdit() {
        return Boolean(this.props.archInfo.activeActions.edit);
    }

    get canResequenceRecords() {
        return this.canEdit && super.canResequenceRecords;
    }

    /** Core shows a board without columns as an empty page. */
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return (isGrouped && !groups.length) || super.showNoContentHelper;
    }

    /** Left is left, also where one reads from the right. */
    focusNextCard(area, direction) {
        return super.focusNextCard(area, this.mirror(direction));
    }

    mirror(direction) {
        return (localization.direction === "rtl" && MIRRORED[direction]) || direction;
    }

    // === BY MOUSE === //

    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        const { element, parent, previous } = params;
        if (!this.props.list.isGrouped) {
            return super.sortRecordDrop(dataRecordId, dataGroupId, params);
        }
        parent?.classList.remove("o_kanban_hover");
        const [source, record] = this.find(this.isOf(dataRecordId));
        const target = this.props.list.groups.find(
            (group) => group.id === (parent || element.parentElement).dataset.id
        );
        if (!record || !target) {
            return;
        }
        let before = previous;
        while (before && !before.dataset.id) {
            before = before.previousElementSibling;
        }
        const others = target.list.records.filter((item) => item !== record);
        const index = before ? others.findIndex(this.isOf(before.dataset.id)) + 1 : 0;
        await this.place(record, source, target, index);
    }

    /** A test for the record of a card, also when it has been loaded again since. */
    isOf(dataId) {
        const resId = this.known.get(dataId);
        return (record) => record.id === dataId || record.resId === resId;
    }

    // === BY KEYS === //

    get focused() {
        const card = document.activeElement?.closest(".o_kanban_record");
        return card && this.rootRef.el.contains(card)
            ? this.find((record) => record.id === card.dataset.id)
            : [];
    }

    /**
     * @param {Function} test takes a record
     * @returns {Array} its group and the record, or nothing
     */
    find(test) {
        for (const group of this.props.list.isGrouped ? this.props.list.groups : []) {
            const record = group.list.records?.find(test);
            if (record) {
                return [group, record];
            }
        }
        return [];
    }

    async moveFocused(way) {
        const [source, record] = this.focused;
        if (!record || !this.canResequenceRecords) {
            return;
        }
        const direction = this.mirror(way);
        const index = source.list.records.indexOf(record);
        if (direction === "up" && index > 0) {
            return this.place(record, source, source, index - 1);
        }
        if (direction === "down" && index < source.list.records.length - 1) {
            return this.place(record, source, source, index + 1);
        }
        const step = { left: -1, right: 1 }[direction];
        if (!step || !this.canMoveRecords) {
            return;
        }
        const groups = this.getGroupsOrRecords().map((item) => item.group);
        const target = groups[groups.indexOf(source) + step];
        if (target && !target.isFolded) {
            return this.place(record, source, target, target.list.records.length);
        }
    }

    async startFocused() {
        const [, record] = this.focused;
        if (record && WAITING.includes(record.data.state)) {
            await this.act(record, "action_start");
        }
    }

    async holdFocused() {
        const [, record] = this.focused;
        if (record && WAITING.includes(record.data.state)) {
            await this.act(
                record,
                record.data.is_held ? "action_release" : "action_hold"
            );
        }
    }

    async act(record, name) {
        this.resIdToFocus = record.resId;
        const { action, orm } = this.services;
        const told = await orm.call(record.resModel, name, [[record.resId]]);
        if (told?.tag === "print3d_queue_change_done") {
            await this.reload();
            tellChange(this.services, told.params, () => this.reload());
        } else {
            await action.doAction(told, { onClose: () => this.reload() });
        }
    }

    async undo() {
        this.resIdToFocus = this.focused[1]?.resId;
        await undoLast(this.services, () => this.reload());
    }

    reload() {
        return this.props.list.model.load();
    }

    focusAgain() {
        const [, record] = this.resIdToFocus
            ? this.find((item) => item.resId === this.resIdToFocus)
            : [];
        const card =
            record && this.rootRef.el.querySelector(`[data-id="${record.id}"]`);
        if (card) {
            card.focus();
            card.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    }

    // === THE MOVE === //

    /**
     * Move a card at once, then tell the server and show what it makes of it.
     *
     * @param {Object} record
     * @param {Object} source its group
     * @param {Object} target the group it goes to
     * @param {number} index its place among the other cards there
     */
    async place(record, source, target, index) {
        if (!WAITING.includes(record.data.state)) {
            this.services.notification.add(
                _t("Only prints that wait can be moved. End this one first."),
                { type: "warning" }
            );
            return;
        }
        const others = target.list.records.filter((item) => item !== record);
        const [after, before] = [others[index - 1], others[index]];
        this.resIdToFocus = record.resId;
        source._removeRecords([record.id]);
        target._addRecord(record, index);
        const isMoved =
            target !== source && this.props.list.groupByField.name === "workcenter_id";
        const groups = [...new Set([source, target])];
        groups
            .flatMap((group) => group.list.records)
            .forEach((item) => this.known.set(item.id, item.resId));
        let told = {};
        try {
            told = await this.services.orm.call(
                "print3d.run",
                "action_place",
                [[record.resId]],
                {
                    after_id: after?.resId || false,
                    before_id: before?.resId || false,
                    printer_id: isMoved ? target.value || false : null,
                }
            );
        } finally {
            await Promise.all(groups.map((group) => group.list.load()));
        }
        if (told.change_id) {
            tellChange(this.services, told, () => this.reload());
        }
    }
}

export const queueView = { ...kanbanView, Renderer: QueueRenderer };

registry.category("views").add("print3d_queue", queueView);
