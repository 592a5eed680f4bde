import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A picture of 4:3 on neutral ground, loaded when it comes into view. */
export class Thumbnail extends Component {
    static template = "print3d_library.Thumbnail";
    static props = {
        src: { type: [String, Boolean], optional: true },
        alt: { type: String, optional: true },
        class: { type: String, optional: true },
    };
    static defaultProps = { src: "", alt: "", class: "" };

    setup() {
        this.state = useState({ failed: false });
        onWillUpdateProps((nextProps) => {
            if (nextProps.src !== this.props.src) {
                this.state.failed = false;
            }
        });
    }

    onError() {
        this.state.failed = true;
    }
}

export class ThumbnailField extends Component {
    static template = "print3d_library.ThumbnailField";
    static components = { Thumbnail };
    static props = {
        ...standardFieldProps,
        previewField: { type: String, optional: true },
        altField: { type: String, optional: true },
    };

    get src() {
        const { name, record, previewField } = this.props;
        const value = record.data[name];
        if (!value) {
            return "";
        }
        if (record.fields[name].type === "char") {
            return value;
        }
        if (!record.resId) {
            return "";
        }
        return imageUrl(record.resModel, record.resId, previewField || name, {
            unique: record.data.write_date,
        });
    }

    get alt() {
        const { record, altField } = this.props;
        return String(record.data[altField] || record.data.display_name || "");
    }
}

export const thumbnailField = {
    component: ThumbnailField,
    displayName: _t("Thumbnail"),
    supportedTypes: ["binary", "char"],
    supportedOptions: [
        {
            label: _t("Field of the picture shown"),
            name: "preview_image",
            type: "field",
        },
        {
            label: _t("Field of the alternative text"),
            name: "alt_field",
            type: "field",
        },
    ],
    fieldDependencies: [{ name: "write_date", type: "datetime", readonly: true }],
    extractProps: ({ options }) => ({
        previewField: options.preview_image,
        altField: options.alt_field,
    }),
};

registry.category("fields").add("print3d_thumbnail", thumbnailField);
