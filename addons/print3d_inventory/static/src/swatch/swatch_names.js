import { useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { Many2One } from "@web/views/fields/many2one/many2one";
import { Many2XAutocomplete } from "@web/views/fields/relational_utils";
import { ListRenderer } from "@web/views/list/list_renderer";
import { FilamentSwatch } from "@print3d_library/marks/filament_swatch";
import { SWATCH_MODELS } from "./swatch_service";

/**
 * Wherever a many-to-one names a filament or a spool, its swatch stands before the
 * name: in forms, in lists and in what is proposed while somebody types.
 */
function useSwatches() {
    const swatches = useService("print3d_swatches");
    const known = useState(swatches.known);
    return (model, id) => swatches.get(model, id, known);
}

patch(Many2One.prototype, {
    setup() {
        super.setup();
        if (SWATCH_MODELS.has(this.props.relation)) {
            this.print3dGetSwatch = useSwatches();
        }
    },
    // Given by itself: classes that extend this one have components of their own.
    get print3dMark() {
        return FilamentSwatch;
    },
    get print3dSwatch() {
        const id = this.props.value?.id;
        return (id && this.print3dGetSwatch?.(this.props.relation, id)) || false;
    },
    get print3dClass() {
        const marked = this.print3dSwatch ? "o_print3d_many2one" : "";
        return `${this.props.cssClass || ""} ${marked}`.trim();
    },
});

patch(Many2XAutocomplete.prototype, {
    setup() {
        super.setup();
        if (SWATCH_MODELS.has(this.props.resModel)) {
            this.print3dGetSwatch = useSwatches();
        }
    },
    get print3dMark() {
        return FilamentSwatch;
    },
    print3dOptionSwatch(data) {
        const id = data?.record?.id;
        return (id && this.print3dGetSwatch?.(this.props.resModel, id)) || false;
    },
});

patch(ListRenderer.prototype, {
    setup() {
        super.setup();
        this.print3dGetSwatch = useSwatches();
    },
    get print3dMark() {
        return FilamentSwatch;
    },
    print3dCellSwatch(column, record) {
        const field = this.fields[column.name];
        if (field?.type !== "many2one" || !SWATCH_MODELS.has(field.relation)) {
            return false;
        }
        const id = record.data[column.name]?.id;
        return (id && this.print3dGetSwatch(field.relation, id)) || false;
    },
});
