import { useEffect, useRef, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { imageUrl } from "@web/core/utils/urls";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { FormRenderer } from "@web/views/form/form_renderer";
import { FilamentChips } from "../marks/filament_chips";
import { formatGrams, formatPrintTime } from "../marks/format";
import { Thumbnail } from "../marks/thumbnail";

let count = 0;

/**
 * The plates of a version as tabs; the chosen one in the form view of a plate.
 *
 * The form view is the one that `form_view_ref` of the context names, with everything
 * that other addons add to it. With one plate there are no tabs.
 */
export class PlateTabsField extends X2ManyField {
    static template = "print3d_library.PlateTabsField";
    static components = {
        ...X2ManyField.components,
        FilamentChips,
        FormRenderer,
        Thumbnail,
    };

    setup() {
        super.setup();
        this.uid = `o_print3d_plates_${++count}`;
        this.formInfo = this.props.views.form;
        this.state = useState({ index: 0 });
        this.tabs = useRef("tabs");
        // Fields of a record in a list are read-only until it is the edited one.
        useEffect(
            (record, editable) => {
                if (record && editable && !record.isInEdition) {
                    record.switchMode("edit");
                }
            },
            () => [this.record, this.editable]
        );
    }

    get editable() {
        return !this.props.readonly && this.props.record.isInEdition;
    }

    get records() {
        return this.list.records;
    }

    get current() {
        return Math.min(this.state.index, this.records.length - 1);
    }

    get record() {
        return this.records[this.current];
    }

    get isSeveral() {
        return this.list.count > 1;
    }

    get tablistLabel() {
        return _t("Plates");
    }

    label(record) {
        return record.data.name || _t("Plate %s", record.data.index);
    }

    figures(record) {
        return [formatPrintTime(record.data.time_s), formatGrams(record.data.weight_g)]
            .filter(Boolean)
            .join(" · ");
    }

    image(record) {
        return record.data.thumbnail && record.resId
            ? imageUrl("print3d.plate", record.resId, "thumbnail", {
                  width: 256,
                  height: 256,
                  unique: record.data.write_date,
              })
            : "";
    }

    tabId(index) {
        return `${this.uid}_tab_${index}`;
    }

    panelId() {
        return `${this.uid}_panel`;
    }

    async select(index, focus = false) {
        if (index === this.current) {
            return;
        }
        // What is being typed belongs to the plate that is left.
        const record = this.record;
        if (record?.isInEdition) {
            const proms = [];
            this.list.model.bus.trigger("NEED_LOCAL_CHANGES", { proms });
            await Promise.all([...proms, record._updatePromise]);
            if (!(await this.list.leaveEditMode({ canAbandon: false }))) {
                return;
            }
        }
        this.state.index = index;
        if (focus) {
            const tab = this.tabs.el?.querySelectorAll("[role=tab]")[index];
            tab?.focus();
            tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    }

    onKeydown(ev) {
        const last = this.records.length - 1;
        const forward = localization.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
        const back = localization.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
        const target = {
            [forward]: this.current === last ? 0 : this.current + 1,
            [back]: this.current === 0 ? last : this.current - 1,
            Home: 0,
            End: last,
        }[ev.key];
        if (target === undefined) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        this.select(target, true);
    }
}

export const plateTabsField = {
    ...x2ManyField,
    component: PlateTabsField,
    displayName: _t("Plates as tabs"),
    supportedTypes: ["one2many"],
    additionalClasses: ["o_print3d_plates"],
};

registry.category("fields").add("print3d_plate_tabs", plateTabsField);
