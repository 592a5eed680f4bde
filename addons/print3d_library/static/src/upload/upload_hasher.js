import { Sha256 } from "./sha256";

const WORKER_URL = "/print3d_library/static/worker/hash_worker.js";

/** A file that is no longer where it was, or changed since it was chosen. */
export class UnreadableFileError extends Error {}

/** The person gave it up. */
export class CancelledError extends Error {}

/**
 * Hashes files in a worker; in the page itself where there are no workers.
 *
 * Its methods are replaced in tests.
 */
export const uploadHasher = {
    worker: null,
    jobs: new Map(),
    nextId: 1,

    /**
     * @param {Blob} blob
     * @param {number} piece bytes of a piece
     * @param {Object} [options]
     * @param {(done: number) => void} [options.onProgress] bytes that are through
     * @param {AbortSignal} [options.signal]
     * @returns {Promise<{sha256: string, pieces: string[]}>} of the whole, of each piece
     */
    hash(blob, piece, { onProgress = () => {}, signal } = {}) {
        const worker = this.getWorker();
        const job = { blob, piece, onProgress, signal };
        if (!worker) {
            return this.hashHere(job);
        }
        const id = this.nextId++;
        return new Promise((resolve, reject) => {
            this.jobs.set(id, { ...job, resolve, reject });
            signal?.addEventListener("abort", () => {
                worker.postMessage({ cancel: id });
                this.jobs.delete(id);
                reject(new CancelledError());
            });
            worker.postMessage({ id, blob, piece });
        });
    },

    getWorker() {
        if (this.worker === null) {
            try {
                this.worker = new window.Worker(WORKER_URL, { type: "module" });
                this.worker.addEventListener("message", (ev) => this.onMessage(ev));
                this.worker.addEventListener("error", () => this.onError());
            } catch {
                this.worker = false;
            }
        }
        return this.worker;
    },

    onMessage({ data }) {
        const job = this.jobs.get(data.id);
        if (!job) {
            return;
        }
        if (data.done !== undefined) {
            job.onProgress(data.done);
            return;
        }
        this.jobs.delete(data.id);
        if (data.sha256) {
            job.resolve(data);
        } else {
            job.reject(new UnreadableFileError());
        }
    },

    /** The worker could not be loaded: what waits for it is hashed here. */
    onError() {
        const jobs = [...this.jobs.values()];
        this.worker = false;
        this.jobs.clear();
        for (const job of jobs) {
            this.hashHere(job).then(job.resolve, job.reject);
        }
    },

    async hashHere({ blob, piece, onProgress, signal }) {
        const whole = new Sha256();
        const pieces = [];
        for (let from = 0; from < blob.size; from += piece) {
            let bytes;
            try {
                const part = blob.slice(from, Math.min(from + piece, blob.size));
                bytes = new Uint8Array(await part.arrayBuffer());
            } catch {
                throw new UnreadableFileError();
            }
            if (signal?.aborted) {
                throw new CancelledError();
            }
            whole.update(bytes);
            pieces.push(new Sha256().update(bytes).hex());
            onProgress(from + bytes.length);
        }
        return { sha256: whole.hex(), pieces };
    },
};
