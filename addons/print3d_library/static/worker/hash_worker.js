/**
 * Hashes files beside the page, so that it stays quick.
 *
 * Takes `{id, blob, piece}` and answers `{id, sha256, pieces}`, the hash of the whole and
 * of each piece of `piece` bytes, with `{id, done}` on the way; or `{id, failed: true}`
 * when the file cannot be read. `{cancel: id}` ends one.
 */
import { Sha256 } from "../src/upload/sha256.js";

const cancelled = new Set();

function hex(buffer) {
    return Array.from(new Uint8Array(buffer), (byte) =>
        byte.toString(16).padStart(2, "0")
    ).join("");
}

/** The hash of a piece: by the browser where it may, which is faster. */
async function hashPiece(bytes) {
    return globalThis.crypto?.subtle
        ? hex(await globalThis.crypto.subtle.digest("SHA-256", bytes))
        : new Sha256().update(bytes).hex();
}

async function hash({ id, blob, piece }) {
    const whole = new Sha256();
    const pieces = [];
    for (let from = 0; from < blob.size; from += piece) {
        if (cancelled.delete(id)) {
            return null;
        }
        const bytes = new Uint8Array(
            await blob.slice(from, Math.min(from + piece, blob.size)).arrayBuffer()
        );
        whole.update(bytes);
        pieces.push(await hashPiece(bytes));
        globalThis.postMessage({ id, done: from + bytes.length });
    }
    return { id, sha256: whole.hex(), pieces };
}

globalThis.addEventListener("message", async ({ data }) => {
    if (data.cancel) {
        cancelled.add(data.cancel);
        return;
    }
    try {
        const answer = await hash(data);
        globalThis.postMessage(answer || { id: data.id, cancelled: true });
    } catch {
        globalThis.postMessage({ id: data.id, failed: true });
    }
});
