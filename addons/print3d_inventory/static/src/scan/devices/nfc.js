/* global TextEncoder */
import { _t } from "@web/core/l10n/translation";

function toBase64(view) {
    let text = "";
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (const byte of bytes) {
        text += String.fromCharCode(byte);
    }
    return window.btoa(text);
}

/** What kind a record is, as the server names them. */
function getKind(record) {
    return record.recordType === "mime" ? record.mediaType : record.recordType;
}

/**
 * What a reader read, as the server wants it.
 *
 * @param {{serialNumber: string, message: {records: Object[]}}} event of NDEFReader
 * @returns {{uid: string, records: {kind: string, data: string}[]}}
 */
export function describeTag({ serialNumber, message }) {
    return {
        uid: serialNumber || "",
        records: message.records
            .filter(({ data }) => data)
            .map((record) => ({ kind: getKind(record), data: toBase64(record.data) })),
    };
}

/**
 * Records as Web NFC writes them; it wants bytes for those of a media type.
 *
 * @param {Object[]} records of the server's payload
 */
export function prepareRecords(records) {
    return records.map((record) =>
        record.recordType === "mime"
            ? { ...record, data: new TextEncoder().encode(record.data) }
            : record
    );
}

/** Reads and writes tags where the phone can: Chrome on Android. */
export class NfcReader {
    get isThere() {
        return "NDEFReader" in window;
    }

    /**
     * @param {(tag: Object) => void} onTag
     * @param {(message: string) => void} onProblem
     * @returns {Promise<boolean>} whether it reads now
     */
    async start(onTag, onProblem) {
        this.stop();
        this.controller = new AbortController();
        const reader = new window.NDEFReader();
        reader.addEventListener("reading", (event) => onTag(describeTag(event)));
        reader.addEventListener("readingerror", () =>
            onProblem(_t("The tag could not be read. Hold it still on the phone."))
        );
        try {
            await reader.scan({ signal: this.controller.signal });
        } catch (error) {
            onProblem(this.explain(error));
            return false;
        }
        return true;
    }

    stop() {
        this.controller?.abort();
        this.controller = null;
    }

    /** @throws {Error} with a sentence for people */
    async write(records) {
        try {
            await new window.NDEFReader().write({ records: prepareRecords(records) });
        } catch (error) {
            throw new Error(this.explain(error), { cause: error });
        }
    }

    explain(error) {
        if (error.name === "NotAllowedError") {
            return _t("NFC is not allowed here. Allow it in the browser's settings.");
        }
        if (error.name === "NotSupportedError") {
            return _t("This phone has no NFC, or it is switched off.");
        }
        return _t(
            "The tag was not written. Hold it still on the phone, and try again."
        );
    }
}
