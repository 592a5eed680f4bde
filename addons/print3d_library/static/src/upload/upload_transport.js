import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { CancelledError, uploadHasher } from "./upload_hasher";

export const UPLOAD_URL = "/print3d/upload";
// Answers that send a piece elsewhere, before the connection counts as broken.
const CONFLICTS = 20;
// A storage that a browser cannot reach (CORS, a firewall) looks like a broken
// connection: after so many of them the file goes through the shop's server.
const STORAGE_FAILURES = 4;

/** Nobody answered, or a server that will soon: to be tried again later. */
export class ConnectionError extends Error {}

/** An answer that trying again does not change; `message` is for the person. */
export class RefusedError extends Error {
    constructor(message, code = "refused") {
        super(message);
        this.code = code;
    }
}

/** Nobody is logged in any more. */
export class SessionError extends Error {}

/**
 * One request; replaced in tests.
 *
 * @returns {Promise<{status: number, text: string}>} status 0 when nobody answered
 */
export const uploadRequest = {
    send({ method = "POST", url, headers = {}, body = null, onProgress, signal }) {
        return new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(new CancelledError());
                return;
            }
            const xhr = new browser.XMLHttpRequest();
            const cancel = () => xhr.abort();
            const give = () => {
                signal?.removeEventListener("abort", cancel);
                resolve({ status: xhr.status, text: xhr.responseText || "" });
            };
            xhr.open(method, url);
            for (const [name, value] of Object.entries(headers)) {
                xhr.setRequestHeader(name, value);
            }
            if (onProgress && xhr.upload) {
                xhr.upload.addEventListener("progress", (ev) => onProgress(ev.loaded));
            }
            xhr.addEventListener("load", give);
            xhr.addEventListener("error", give);
            xhr.addEventListener("timeout", give);
            xhr.addEventListener("abort", () => reject(new CancelledError()));
            signal?.addEventListener("abort", cancel);
            xhr.send(body);
        });
    },
};

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/** Whether a status says that the same request may be answered later. */
function isPassing(status) {
    return status === 0 || status === 429 || status >= 500;
}

/**
 * A call of the shop's server.
 *
 * @param {string} path below the upload's address
 * @param {Object} options of `uploadRequest.send`; a plain `json` becomes the body
 * @returns {Promise<{status: number, answer: Object}>} 200, 409 or a damaged 422
 */
export async function callServer(path, { json, headers = {}, ...options } = {}) {
    const { status, text } = await uploadRequest.send({
        url: `${UPLOAD_URL}/${path}`,
        body: json ? JSON.stringify(json) : null,
        headers: {
            "X-CSRF-Token": odoo.csrf_token,
            "Content-Type": json ? "application/json" : "application/octet-stream",
            ...headers,
        },
        ...options,
    });
    if (isPassing(status)) {
        throw new ConnectionError();
    }
    const answer = parse(text);
    if (status === 413) {
        // Of a proxy in front of the server, as a page.
        throw new RefusedError(_t("The file is larger than the server accepts."));
    }
    if (!answer || answer.error === "session") {
        throw new SessionError();
    }
    if (status === 200 || status === 409 || answer.error === "damaged") {
        return { status, answer };
    }
    throw new RefusedError(
        answer.message || _t("The server did not take the file. Try again."),
        answer.error
    );
}

/** Bytes to the shop's own server, a piece after the other. */
export const chunkTransport = {
    /**
     * @param {Object} item with `file`, `pieces` (hashes) and `pieceSize`
     * @param {Object} answer of the beginning
     * @param {{onSent: (bytes: number) => void, signal: AbortSignal}} options
     * @returns {Promise<Object>} the server's last answer
     */
    async send(item, answer, { onSent, signal }) {
        const { id } = answer;
        let conflicts = 0;
        onSent(answer.received);
        while (answer.state === "sending" && answer.received < item.file.size) {
            const offset = answer.received;
            const result = await this.sendPiece(item, id, offset, { onSent, signal });
            if (result.status !== 200 && ++conflicts > CONFLICTS) {
                throw new ConnectionError();
            }
            answer = result.answer;
            onSent(answer.received);
        }
        return answer;
    },

    async sendPiece(item, id, offset, { onSent, signal }) {
        const number = offset / item.pieceSize;
        const end = (Math.floor(number) + 1) * item.pieceSize;
        const body = item.file.slice(offset, Math.min(end, item.file.size));
        // Another client may have stopped elsewhere than at the end of a piece.
        const sha256 = Number.isInteger(number)
            ? item.pieces[number]
            : (await uploadHasher.hash(body, item.pieceSize, { signal })).sha256;
        return callServer(`${id}/chunk`, {
            body,
            headers: { "X-Upload-Offset": String(offset), "X-Upload-SHA256": sha256 },
            onProgress: (loaded) => onSent(offset + loaded),
            signal,
        });
    },
};

/** Bytes straight to the object storage, part by part, by requests the server signed. */
export const storageTransport = {
    /** Whether files go this way; not once the storage turned out to be unreachable. */
    isUsed: true,

    /** As `chunkTransport.send`; parts that arrived before are not sent again. */
    async send(item, answer, { onSent, signal }) {
        const { part_size: size, done } = answer.direct;
        const { file } = item;
        const numbers = Array.from(
            { length: Math.ceil(file.size / size) },
            (_, index) => index + 1
        );
        const cut = (number) => file.slice((number - 1) * size, number * size);
        const left = numbers.filter((number) => !done.includes(number));
        let sent = file.size - left.reduce((sum, number) => sum + cut(number).size, 0);
        onSent(sent);
        for (const number of left) {
            const body = cut(number);
            await this.sendPart(item, answer.id, number, body, {
                onProgress: (loaded) => onSent(sent + loaded),
                signal,
            });
            sent += body.size;
            onSent(sent);
        }
        return answer;
    },

    /** One part; its address is asked for just before, because it expires. */
    async sendPart(item, id, number, body, { onProgress, signal }) {
        const { answer } = await callServer(`${id}/sign`, { json: { number }, signal });
        const { status } = await uploadRequest.send({
            method: "PUT",
            url: answer.url,
            headers: answer.headers,
            body,
            onProgress,
            signal,
        });
        if (status !== 200) {
            // The shop's server answered just before.
            if (++item.storageFailures >= STORAGE_FAILURES) {
                this.isUsed = false;
            }
            throw new ConnectionError();
        }
        item.storageFailures = 0;
    },
};
