import { formatDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { TimelineController } from "@web_timeline/views/timeline/timeline_controller.esm";
import { TimelineModel } from "@web_timeline/views/timeline/timeline_model.esm";
import { TimelineRenderer } from "@web_timeline/views/timeline/timeline_renderer.esm";
import { TimelineView } from "@web_timeline/views/timeline/timeline_view.esm";
import { WAITING } from "../queue/queue_kanban";
import { tellChange } from "../queue/undo";

const NOBODY = -1;
const HOUR = 60 * 60 * 1000;
// The window shows at least and at most so many hours to come.
const HOURS = { large: [7, 30], small: [3, 6] };

/** Runs by the printer that prints them, printers without runs too. */
export class QueueTimelineModel extends TimelineModel {
    async load(searchParams) {
        this.last_group_bys = this.params.default_group_by.split(",");
        const found = await this.keepLast.add(
            this.orm.call(
                this.model_name,
                "get_timeline",
                [searchParams.domain, this.params.fieldNames],
                { context: searchParams.context }
            )
        );
        this.data = found.records;
        this.printers = found.printers;
        this.left = found.left;
        this.notify();
    }

    /** Only what waits can be moved; how long it prints is not for the hand to say. */
    _event_data_transform(record) {
        const isWaiting = WAITING.includes(record.state);
        const item = super._event_data_transform(record);
        return {
            ...item,
            className: `o_print3d_timeline_${record.state}`,
            style: "",
            editable: this.canEdit &&
                isWaiting && { updateTime: true, updateGroup: true },
            title: this.tell(record),
        };
    }

    tell(record) {
        const [start, end] = this._get_event_dates(record);
        const format = (date) => (date ? formatDateTime(date.toLocal()) : "");
        return `${record.display_name}: ${format(start)} – ${format(end)}`;
    }

    async pin(id, start, printerId) {
        return this.orm.call(this.model_name, "action_pin_at", [[id]], {
            start,
            printer_id: printerId || false,
        });
    }
}

export class QueueTimelineRenderer extends TimelineRenderer {
    setup() {
        super.setup();
        Object.assign(this.options, {
            rtl: localization.direction === "rtl",
            itemsAlwaysDraggable: { item: true, range: false },
            // What follows at once lies in the same row.
            margin: { axis: 4, item: { horizontal: 0, vertical: 4 } },
            // Months of empty days are nothing to look at.
            zoomMin: 10 * 60 * 1000,
            zoomMax: 60 * 24 * 60 * 60 * 1000,
        });
    }

    /** Open on what prints now and what follows until the morning after. */
    _computeMode() {
        super._computeMode();
        if (this.mode.data !== "day") {
            return;
        }
        const now = Date.now();
        const [nearest, furthest] = HOURS[this.env.isSmall ? "small" : "large"];
        const ends = (this.model.data || [])
            .map((record) => this.model._get_event_dates(record)[1]?.toMillis())
            .filter((end) => end && end < now + furthest * HOUR);
        Object.assign(this.options, {
            start: new Date(now - HOUR),
            end: new Date(Math.max(now + nearest * HOUR, ...ends) + HOUR / 2),
        });
    }

    async split_groups() {
        const rows = this.model.printers.map(({ id, name }, order) => ({
            id,
            order,
            content: name,
        }));
        const isLoose = this.model.data.some((run) => !run.timeline_workcenter_id);
        return isLoose
            ? [{ id: NOBODY, content: _t("No printer yet"), order: -1 }, ...rows]
            : rows;
    }

    /** A click opens a run; one on a printer would open its work centre to edit. */
    on_timeline_click(ev) {
        if (ev.what === "item" && ev.item) {
            this.props.onItemDoubleClick(ev);
        }
    }

    on_update() {}

    on_timeline_double_click() {}
}

export class QueueTimelineController extends TimelineController {
    setup() {
        super.setup();
        this.services = {
            action: this.actionService,
            notification: useService("notification"),
            orm: useService("orm"),
        };
    }

    async internalMove() {
        const moves = this.moveQueue.splice(0);
        let told = {};
        try {
            for (const { id, data, item, callback } of moves) {
                told = await this.model.pin(
                    id,
                    data[this.date_start],
                    item.group === NOBODY ? false : item.group
                );
                callback(item);
            }
        } finally {
            await this.reload();
        }
        if (told.change_id) {
            tellChange(this.services, told, () => this.reload());
        }
    }

    async reload() {
        await this.model.load(this.getSearchProps());
        this.render();
    }
}

registry.category("views").add("print3d_queue_timeline", {
    ...TimelineView,
    isMobileFriendly: true,
    Controller: QueueTimelineController,
    Model: QueueTimelineModel,
    Renderer: QueueTimelineRenderer,
});
