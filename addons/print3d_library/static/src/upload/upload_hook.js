import { onWillStart, onWillUnmount } from "@odoo/owl";
import { Dropzone } from "@web/core/dropzone/dropzone";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { FILE_TYPES } from "./upload_service";

export class UploadDropzone extends Dropzone {
    static template = "print3d_library.UploadDropzone";
    static props = { ...Dropzone.props, text: { type: String, optional: true } };
}

/**
 * Files dropped on an element, or chosen, are uploaded.
 *
 * @param {{el: HTMLElement|null}} ref where files may be dropped
 * @param {Object} params
 * @param {() => Object|Promise<Object>} params.getTarget variant or model of the files
 * @param {(detail: Object) => any} params.onChanged something new is on the server
 * @param {string} params.text what dropping will do
 * @returns {{canUpload: boolean, choose: () => void}}
 */
export function useUpload(ref, { getTarget, onChanged, text }) {
    const uploads = useService("print3d_upload");
    const upload = { canUpload: false, choose: () => input.click() };

    const add = async (files) => {
        const list = [...files];
        if (list.length) {
            const target = await getTarget();
            if (target) {
                uploads.add(list, target);
            }
        }
    };

    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = FILE_TYPES;
    input.className = "o_print3d_file_input d-none";
    input.addEventListener("change", () => {
        add(input.files);
        input.value = "";
    });
    // In the page, where whatever drives the browser finds it.
    document.body.append(input);
    onWillUnmount(() => input.remove());

    onWillStart(async () => {
        upload.canUpload = await user.checkAccessRight("print3d.file", "create");
    });
    useCustomDropzone(
        ref,
        UploadDropzone,
        {
            extraClass: "o_print3d_dropzone",
            text,
            onDrop: (ev) => add(ev.dataTransfer.files),
        },
        () => upload.canUpload
    );
    useBus(uploads.bus, "CHANGED", ({ detail }) => onChanged(detail));
    return upload;
}
