import { onWillStart, onWillUnmount } from "@odoo/owl";
import { Dropzone } from "@web/core/dropzone/dropzone";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { readChosen, readDropped, wantsGrouping } from "./upload_entries";
import { FILE_TYPES } from "./upload_service";

export const PAGE_ACTION = "print3d_library.print3d_upload_page_action";

export class UploadDropzone extends Dropzone {
    static template = "print3d_library.UploadDropzone";
    static props = { ...Dropzone.props, text: { type: String, optional: true } };
}

/** An input in the page, where whatever drives the browser finds it. */
export function useFileInput(onChosen, { isFolder = false } = {}) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    if (isFolder) {
        input.webkitdirectory = true;
        input.className = "o_print3d_folder_input d-none";
    } else {
        input.accept = FILE_TYPES;
        input.className = "o_print3d_file_input d-none";
    }
    input.addEventListener("change", () => {
        onChosen(readChosen(input.files));
        input.value = "";
    });
    document.body.append(input);
    onWillUnmount(() => input.remove());
    return input;
}

/**
 * Files dropped on an element, or chosen, are uploaded. Folders, and more than a handful,
 * go to the upload page, to be grouped before they become models.
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
    const action = useService("action");
    const upload = { canUpload: false, choose: () => input.click() };

    const add = async (found) => {
        if (wantsGrouping(found)) {
            uploads.add(found.entries, {}, { hold: true });
            await action.doAction(PAGE_ACTION);
        } else if (found.entries.length) {
            const target = await getTarget();
            if (target) {
                uploads.add(found.entries, target);
            }
        }
    };

    const input = useFileInput(add);
    onWillStart(async () => {
        upload.canUpload = await user.checkAccessRight("print3d.file", "create");
    });
    useCustomDropzone(
        ref,
        UploadDropzone,
        {
            extraClass: "o_print3d_dropzone",
            text,
            onDrop: async (ev) => add(await readDropped(ev.dataTransfer)),
        },
        () => upload.canUpload
    );
    useBus(uploads.bus, "CHANGED", ({ detail }) => onChanged(detail));
    return upload;
}
