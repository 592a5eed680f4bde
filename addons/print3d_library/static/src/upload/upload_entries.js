// Files that systems leave in folders, for themselves only.
const LITTER = /^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const LITTER_FOLDERS = new Set(["__MACOSX", ".git", ".svn"]);

/** @typedef {{file: File, path: string}} Entry a file and the folder it is in */

/** @returns {Promise<Entry[]>} files of a directory entry, with all below it */
async function readDirectory(directory, path) {
    const reader = directory.createReader();
    const entries = [];
    for (;;) {
        // A hundred or so at a time, until there are none.
        const some = await new Promise((resolve, reject) =>
            reader.readEntries(resolve, reject)
        );
        if (!some.length) {
            break;
        }
        entries.push(...some);
    }
    const lists = [];
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
        lists.push(await readEntry(entry, path));
    }
    return lists.flat();
}

async function readEntry(entry, path) {
    if (entry.isDirectory) {
        return LITTER_FOLDERS.has(entry.name)
            ? []
            : readDirectory(entry, path ? `${path}/${entry.name}` : entry.name);
    }
    if (LITTER.test(entry.name)) {
        return [];
    }
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path }];
}

/**
 * What was dropped: files, and those of folders with the folder they lie in.
 *
 * To be called in the drop's own event: its items are gone afterwards.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<{entries: Entry[], hasFolder: boolean}>}
 */
export async function readDropped(transfer) {
    const items = [...(transfer.items || [])].filter((item) => item.kind === "file");
    const roots = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!roots.some((root) => root.isDirectory)) {
        return { entries: readChosen(transfer.files).entries, hasFolder: false };
    }
    const lists = [];
    for (const root of roots) {
        lists.push(await readEntry(root, ""));
    }
    return { entries: lists.flat(), hasFolder: true };
}

/**
 * What was chosen: files, or a folder with all below it.
 *
 * @param {FileList|File[]} files
 * @returns {{entries: Entry[], hasFolder: boolean}}
 */
export function readChosen(files) {
    const entries = [];
    let hasFolder = false;
    for (const file of files) {
        const folders = (file.webkitRelativePath || "").split("/").slice(0, -1);
        hasFolder ||= Boolean(folders.length);
        const isLitter =
            LITTER.test(file.name) || folders.some((name) => LITTER_FOLDERS.has(name));
        if (!isLitter) {
            entries.push({ file, path: folders.join("/") });
        }
    }
    return { entries, hasFolder };
}

/** Whether files are better grouped before they become models. */
export function wantsGrouping({ entries, hasFolder }) {
    return hasFolder || entries.length > 10;
}
