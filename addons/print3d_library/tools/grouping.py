"""From a heap of files to models, variants and versions: a plan, with its reasons.

What counts, in this order:

* A folder is a model, and what lies below it belongs to it: a folder "large" is a
  variant, "v2" or "0.2mm PLA" are versions. Folders that only say what is in them
  ("stl", "images") are looked through.
* A folder of many unlike files, the top of everything, or one called "Downloads", is a
  collection: there the names of the files decide.
* The name of a file says its title, variant and version (:mod:`.filenames`). Files of
  one title are one model; a sliced file belongs to the mesh of its title, or to the
  mesh it says it prints.
* Title, designer and licence stated in a file, or in a text beside it, are kept as
  hints; files that state the same title are one model.

Every file that goes in comes out once: with a model, or with the reason why not.
Nothing here imports odoo. Reasons are codes with values, put into words elsewhere.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .filenames import read_folder, read_name, squash, tidy

CONTENT = ("mesh", "project", "sliced")
# Kinds that say something about a model without being one.
COMPANIONS = ("picture", "text", "document")
# A folder with more titles than this has to show that they belong together.
MANY_TITLES = 8
RELATED_SHARE = 0.6
MANY_FOLDERS = 4

JUNK_NAMES = {
    ".ds_store",
    # As it is after a name was cleaned of dots at its beginning.
    "ds_store",
    "thumbs.db",
    "desktop.ini",
    ".gitignore",
    ".gitattributes",
    ".directory",
    "ehthumbs.db",
    "icon\r",
}
JUNK_FOLDERS = {"__macosx", ".git", ".svn", "@eadir", ".trashes", ".spotlight-v100"}
JUNK_NAME = re.compile(r"(?i)^(?:\._.*|~\$.*|.*\.(?:tmp|bak|crdownload|part|lnk|url))$")

LOOK_THROUGH = set(
    "stl stls gcode gcodes 3mf 3mfs step steps obj objs mesh meshes files file images "
    "image pictures picture pics photos photo fotos bilder img sliced slices print "
    "prints printfiles source sources src cad models model renders render docs "
    "dateien".split()
)
COLLECTIONS = set(
    "downloads download misc various other stuff todo inbox new newfolder untitled "
    "unsorted temp tmp desktop documents 3dprints 3dprinting 3dprint 3d printing "
    "library thingiverse printables makerworld cults cults3d myminifactory thangs "
    "archive archives backup usb sdcard neuerordner sonstiges customers projects "
    "shared all".split()
)
YEAR = re.compile(r"(?:19|20)\d\d(?:[-_. ]?[01]\d(?:[-_. ]?[0-3]\d)?)?")
MEANINGLESS = re.compile(
    r"(?i)^(?:[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|\d+|(?:img|dsc|thing|model|object|"
    r"untitled|unnamed|print|part|file|project|plate|new|export|output|3dmodel|test)"
    r"[\s_-]*\d*)$"
)
# Titles programs write of their own accord.
NO_TITLES = {"3dmodel", "untitled", "model", "object", "unnamed", "export", "3mf"}


@dataclass(frozen=True)
class Entry:
    """A file to be placed.

    :param key: whatever the caller knows it by
    :param path: its folder, ``""`` or ``a/b``
    :param name: its name
    :param kind: ``mesh``, ``project``, ``sliced``, ``picture``, ``text``, ``document``,
        ``table`` or ``other``
    :param sha256: of its content; entries without one are no duplicates
    :param facts: what it says: ``title``, ``designer``, ``licence``, ``description``,
        ``url``, ``objects`` (names of what it prints), ``problem`` (why it cannot be
        read, in words)
    """

    key: object
    path: str
    name: str
    kind: str
    sha256: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def full_name(self):
        return f"{self.path}/{self.name}" if self.path else self.name


@dataclass
class Model:
    """A proposed model.

    :param name: its title
    :param folder: where its files lie
    :param reasons: why it is one, as (code, values) each
    :param designer, licence, description, url: hints, as found
    """

    name: str
    folder: str = ""
    reasons: list = field(default_factory=list)
    designer: str = ""
    licence: str = ""
    description: str = ""
    url: str = ""


@dataclass
class Place:
    """Where a file goes.

    :param key: of its entry
    :param role: its kind, or ``skip``
    :param model: position of its model in the plan, ``None`` for one that is skipped
    :param variant: name of its variant, empty for the only one
    :param order: place among the meshes or the versions of its variant, from 1
    :param reasons: why, as (code, values) each; of one that is skipped, the cause
    """

    key: object
    role: str
    model: int | None = None
    variant: str = ""
    order: int = 0
    reasons: list = field(default_factory=list)


@dataclass
class Plan:
    """Models and the places of all files, in the order the files came."""

    models: list
    places: list


def group(entries, known=()):
    """Propose models, variants and versions for files.

    :param entries: :class:`Entry` each
    :param known: names of models that are there already; a file of such a title
        is taken for a variant of it
    :rtype: Plan
    """
    return _Grouping(list(entries), {squash(name) for name in known}).plan()


# === FOLDERS === #


class _Folder:
    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.children = {}
        self.content = []
        self.companions = []

    def child(self, name):
        key = squash(name) or name
        if key not in self.children:
            path = f"{self.path}/{name}" if self.path else name
            self.children[key] = _Folder(name, path)
        return self.children[key]

    @property
    def has_content(self):
        """Whether a mesh or sliced file lies in it or below."""
        return bool(self.content) or any(
            child.has_content for child in self.children.values()
        )

    def below(self):
        """The folder and all below it, from the top."""
        yield self
        for child in self.children.values():
            yield from child.below()


@dataclass
class _File:
    entry: Entry
    read: object
    # Folders below that of the model, as variants
    variant_path: tuple = ()
    version_path: tuple = ()
    # Settled while grouping
    title: str = ""
    words: tuple = ()
    reasons: list = field(default_factory=list)


@dataclass
class _Draft:
    """A model in the making: files by the key of their title."""

    name: str
    folder: str
    reasons: list
    files: list = field(default_factory=list)
    companions: list = field(default_factory=list)
    from_folder: bool = False


def is_junk(path, name):
    """Whether a file is one that systems leave behind."""
    if name.lower() in JUNK_NAMES or JUNK_NAME.match(name):
        return True
    return any(part.lower() in JUNK_FOLDERS for part in path.split("/"))


def _natural(text):
    """Sorts "2" before "10"."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", text.casefold())
        if part
    ]


class _Grouping:
    def __init__(self, entries, known):
        self.entries = entries
        self.known = known
        self.places = {}
        self.drafts = []
        self.root = _Folder("", "")

    def plan(self):
        order = sorted(
            range(len(self.entries)),
            key=lambda n: (
                self.entries[n].path.count("/") if self.entries[n].path else -1,
                _natural(self.entries[n].path),
                # Of two with one content, the one that is no copy by its name stays.
                _version_key_of(read_name(self.entries[n].name)),
                _natural(self.entries[n].name),
                n,
            ),
        )
        for number in self._sift(order):
            self._sort_in(number)
        self._resolve(self.root)
        self._join_by_title()
        self._join_by_objects()
        self.drafts = [draft for draft in self.drafts if draft.files]
        models = [self._finish(position) for position in range(len(self.drafts))]
        self._tell_apart(models)
        return Plan(models, [self.places[n] for n in range(len(self.entries))])

    def _skip(self, number, code, **values):
        self.places[number] = Place(
            self.entries[number].key, "skip", reasons=[(code, values)]
        )

    def _sift(self, order):
        """Set aside what is not for the library; yield the rest."""
        seen = {}
        for number in order:
            entry = self.entries[number]
            if is_junk(entry.path, entry.name):
                self._skip(number, "junk")
            elif entry.kind == "table":
                self._skip(number, "table", **_problem(entry))
            elif entry.kind not in CONTENT + COMPANIONS:
                self._skip(number, "unknown", **_problem(entry))
            elif _problem(entry):
                self._skip(number, "unreadable", **_problem(entry))
            elif entry.sha256 and entry.kind != "text" and entry.sha256 in seen:
                twin = self.entries[seen[entry.sha256]]
                self._skip(number, "duplicate", name=twin.full_name)
            else:
                seen.setdefault(entry.sha256, number)
                yield number

    def _sort_in(self, number):
        """Put a file into the tree of folders, looking through those of kinds."""
        entry = self.entries[number]
        folder = self.root
        for part in entry.path.split("/"):
            if part and squash(part) not in LOOK_THROUGH:
                folder = folder.child(part)
        target = folder.content if entry.kind in CONTENT else folder.companions
        target.append(number)

    # === MODELS === #

    def _resolve(self, folder):
        """Make models of a folder and of what is below it."""
        if self._is_model(folder):
            self._make_folder_model(folder)
            return
        drafts = self._make_collection(folder)
        for child in folder.children.values():
            if child.has_content:
                self._resolve(child)
            else:
                # Pictures of the models around them.
                for below in child.below():
                    self._place_companions(below.companions, drafts, below)

    def _is_model(self, folder):
        if folder is self.root or _is_collection_name(folder.name):
            return False
        children = [c for c in folder.children.values() if c.has_content]
        parts = [c for c in children if self._is_part_of(c, folder)]
        if folder.content:
            if len(children) - len(parts) >= MANY_FOLDERS:
                return False
            return self._belongs_together(folder)
        if not children:
            return False
        if len(parts) == len(children):
            return True
        # Pictures and texts of a thing whose files lie in folders.
        return bool(folder.companions) and len(children) <= MANY_FOLDERS

    def _is_part_of(self, child, folder):
        """Whether a folder is named as a variant or a version of the one above it."""
        name = read_folder(child.name)
        if not name.strict.title:
            return True
        key = squash(folder.name)
        return bool(key) and name.key.startswith(key) and name.key != key

    def _belongs_together(self, folder):
        names = [read_name(self.entries[n].name) for n in folder.content]
        titles = {name.strict.key for name in names if name.strict.key}
        if len(titles) <= MANY_TITLES:
            return True
        # A text beside them says that somebody gave them away as one thing.
        if any(self.entries[n].kind == "text" for n in folder.companions):
            return True
        key = squash(folder.name)
        heads = Counter(
            re.split(r"[\s_\-]+", n.strict.title.casefold())[0] for n in names
        )
        shared = max(heads.values())
        named = sum(bool(key) and key in name.key for name in names)
        return max(shared, named) >= RELATED_SHARE * len(names)

    def _make_folder_model(self, folder):
        draft = _Draft(
            tidy(folder.name) or folder.name,
            folder.path,
            [("folder", {"folder": folder.path})],
            from_folder=True,
        )
        self.drafts.append(draft)
        for below, variants, versions in _walk(folder):
            for number in below.content:
                draft.files.append(
                    (number, self._file(number, tuple(variants), tuple(versions)))
                )
            for number in below.companions:
                draft.companions.append((number, tuple(variants)))

    def _file(self, number, variants=(), versions=()):
        entry = self.entries[number]
        return _File(entry, read_name(entry.name), variants, versions)

    def _make_collection(self, folder):
        """A model for each title of the files that lie loosely together."""
        by_title = defaultdict(list)
        for number in folder.content:
            by_title[self._loose_title(folder, number)].append(number)
        drafts = []
        for (key, title), numbers in by_title.items():
            reasons = [("title", {"title": title})]
            if folder.path:
                reasons.append(("collection", {"folder": folder.path}))
            draft = _Draft(title, folder.path, reasons)
            loose = any(
                self._readings(n).strict.key != key
                and self._readings(n).loose.key == key
                for n in numbers
            )
            for number in numbers:
                file = self._file(number)
                file.title = title
                name = file.read
                if loose and name.loose.key == key:
                    file.words = name.loose.variant
                elif name.strict.key == key:
                    file.words = name.strict.variant
                draft.files.append((number, file))
            self._fold_single(draft, key)
            drafts.append(draft)
        self.drafts += drafts
        self._place_companions(folder.companions, drafts, folder)
        return drafts

    def _readings(self, number):
        return read_name(self.entries[number].name)

    def _loose_title(self, folder, number):
        """Key and title of a file in a collection, which its neighbours settle."""
        name = self._readings(number)
        titles = self._titles_of(folder)
        if name.loose.key and name.loose.key != name.strict.key:
            if titles["loose"][name.loose.key] > 1 or name.loose.key in self.known:
                return name.loose.key, titles["text"][name.loose.key]
        if not name.strict.key:
            return name.key, tidy(name.stem) or self.entries[number].name
        return name.strict.key, titles["text"][name.strict.key]

    def _titles_of(self, folder):
        """How many different things share each title, and its nicest writing."""
        if not hasattr(folder, "titles"):
            shared, texts = defaultdict(set), {}
            for number in folder.content:
                name = self._readings(number)
                shared[name.loose.key].add(name.loose.variant)
                shared[name.strict.key].add(name.strict.variant)
                for reading in (name.strict, name.loose):
                    text = tidy(reading.title)
                    best = texts.setdefault(reading.key, text)
                    # With spaces between its words a title reads best.
                    if text.count(" ") > best.count(" "):
                        texts[reading.key] = text
            folder.titles = {
                "loose": {key: len(words) for key, words in shared.items()},
                "text": texts,
            }
        return folder.titles

    def _fold_single(self, draft, key):
        """A model of one variant keeps the word in its name: "Red dragon" is one."""
        words = {file.words for _number, file in draft.files}
        if len(words) == 1 and key not in self.known:
            (only,) = words
            if only:
                draft.name = f"{draft.name} {' '.join(only)}"
                for _number, file in draft.files:
                    file.words = ()

    # === EMBEDDED DATA === #

    def _join_by_title(self):
        """Loose files that state the same title and designer are one model."""
        stated = defaultdict(list)
        for draft in self.drafts:
            title = _stated_title(draft)
            if title and not draft.from_folder:
                stated[title, draft.folder].append(draft)
        for (title, _folder), drafts in stated.items():
            first, others = drafts[0], drafts[1:]
            if others:
                for draft in drafts:
                    for _number, file in draft.files:
                        file.words = (tidy(draft.name),)
                for draft in others:
                    self._merge(first, draft)
            if others or MEANINGLESS.match(first.name):
                first.name = title[0]
                first.reasons = [("stated", {"title": title[0]})]

    def _join_by_objects(self):
        """Sliced files that say which mesh they print, whatever they are called."""
        meshes = {}
        for draft in self.drafts:
            for _number, file in draft.files:
                if file.entry.kind != "sliced":
                    for key in {file.read.key, file.read.strict.key}:
                        meshes.setdefault((draft.folder, key), []).append((draft, file))
        for draft in list(self.drafts):
            if draft.from_folder or any(
                file.entry.kind != "sliced" for _number, file in draft.files
            ):
                continue
            found = self._find_printed(draft, meshes)
            if found and found[0] is not draft:
                model, mesh = found
                for _number, file in draft.files:
                    file.words = mesh.words
                    file.title = mesh.title
                    file.reasons.append(("prints", {"name": mesh.entry.name}))
                self._merge(model, draft)

    def _find_printed(self, draft, meshes):
        names = {
            squash(_object_stem(name))
            for _number, file in draft.files
            for name in file.entry.facts.get("objects") or ()
        }
        if len(names) != 1:
            return None
        found = meshes.get((draft.folder, names.pop())) or []
        return found[0] if len({id(model) for model, _file in found}) == 1 else None

    def _merge(self, model, other):
        model.files += other.files
        model.companions += other.companions
        other.files, other.companions = [], []

    # === VARIANTS AND VERSIONS === #

    def _finish(self, position):
        draft = self.drafts[position]
        if draft.from_folder:
            self._name_parts(draft)
        variants = defaultdict(list)
        for number, file in draft.files:
            variants[_variant_key(file)].append((number, file))
        if len(variants) == 1 and not (
            draft.from_folder and squash(draft.name) in self.known
        ):
            # The only one needs no name.
            variants = {(): next(iter(variants.values()))}
        names = _variant_names(variants)
        for key, files in variants.items():
            files.sort(key=lambda pair: _version_key(pair[1]))
            for is_mesh in (True, False):
                same = [p for p in files if (p[1].entry.kind == "mesh") == is_mesh]
                for order, (number, file) in enumerate(same, 1):
                    self._place(number, file, position, names[key], order, len(same))
        for number, where in draft.companions:
            self._place_companion(number, where, position, names, draft)
        return self._describe(draft)

    def _place(self, number, file, position, variant, order, count):
        reasons = list(file.reasons)
        if file.variant_path and variant:
            reasons.append(("folder_variant", {"folder": "/".join(file.variant_path)}))
        elif variant:
            reasons.append(("variant", {"variant": variant}))
        if count > 1 and (file.read.version or file.version_path):
            text = file.read.version_text or "/".join(file.version_path)
            reasons.append(("version", {"order": order, "text": text}))
        elif count > 1 and file.read.profile:
            reasons.append(("profile", {"text": " ".join(file.read.profile)}))
        if not reasons:
            reasons.append(("name", {}))
        self.places[number] = Place(
            file.entry.key, file.entry.kind, position, variant, order, reasons
        )

    def _name_parts(self, draft):
        """Files of a folder with several titles: each title is a variant."""
        name = squash(draft.name)
        keys = [file.read.strict.key for _number, file in draft.files]
        titles = {key for key in keys if key and key != name}
        shared = _shared_start(
            [f.read.strict.title for _n, f in draft.files if f.read.strict.title]
        )
        # A part is told by title only where there are several.
        several = len(titles | ({name} if name in keys or "" in keys else set())) > 1
        printed = {
            key: file
            for _number, file in draft.files
            if file.entry.kind != "sliced"
            for key in (file.read.key, file.read.strict.key)
        }
        for _number, file in draft.files:
            reading = file.read.strict
            mesh = self._printed_of(file, printed)
            if mesh:
                reading = mesh.read.strict
                file.reasons.append(("prints", {"name": mesh.entry.name}))
            title = ""
            if several and reading.key and reading.key != name:
                title = _without_start(reading.title, draft.name, shared)
            file.words = ((title,) if title else ()) + reading.variant

    def _printed_of(self, file, printed):
        if file.entry.kind != "sliced" or file.read.strict.key in printed:
            return None
        names = {squash(_object_stem(n)) for n in file.entry.facts.get("objects") or ()}
        return printed.get(names.pop()) if len(names) == 1 else None

    # === PICTURES AND TEXTS === #

    def _place_companions(self, numbers, drafts, folder):
        """Give pictures and texts beside loose files to the model they are named as."""
        for number in numbers:
            entry = self.entries[number]
            key = read_name(entry.name).key
            found = [
                draft
                for draft in drafts
                if any(_is_named_as(key, file) for _number, file in draft.files)
            ]
            if not found and len(drafts) == 1:
                found = drafts
            if not found:
                self._skip(number, "nobody", folder=folder.path)
                continue
            # "box_lid.png" is rather of "box lid" than of "box".
            best = max(found, key=lambda draft: len(squash(draft.name)))
            best.companions.append((number, ()))

    def _place_companion(self, number, where, position, names, draft):
        entry = self.entries[number]
        variant, reasons = "", [("beside", {"folder": entry.path})]
        if entry.kind == "picture" and len(names) > 1:
            variant = self._picture_variant(entry, where, names, draft)
            if variant:
                reasons = [("picture_variant", {"variant": variant})]
        self.places[number] = Place(
            entry.key, entry.kind, position, variant, 0, reasons
        )

    def _picture_variant(self, entry, where, names, draft):
        """The variant a picture shows, by its name or folder; empty for the model."""
        key = read_name(entry.name).key
        for _number, file in draft.files:
            if _is_named_as(key, file, exactly=True):
                return names.get(_variant_key(file), "")
        if where:
            folder = tuple(squash(part) for part in where)
            found = {
                name
                for _number, file in draft.files
                for name in [names.get(_variant_key(file), "")]
                if tuple(squash(part) for part in file.variant_path) == folder
            }
            if len(found) == 1:
                return found.pop()
        return ""

    # === MODELS IN WORDS === #

    def _describe(self, draft):
        facts = [file.entry.facts for _number, file in draft.files]
        texts = [
            self.entries[number].facts
            for number, _where in draft.companions
            if self.entries[number].kind == "text"
        ]
        stated = [fact["title"] for fact in facts + texts if fact.get("title")]
        name, reasons = draft.name, draft.reasons
        if MEANINGLESS.match(name) and stated:
            name = stated[0]
            reasons = [("stated", {"title": name})]
        return Model(
            name=name,
            folder=draft.folder,
            reasons=reasons,
            designer=_most_common(texts + facts, "designer"),
            licence=_most_common(texts + facts, "licence"),
            description=_longest(texts) or _longest(facts),
            url=_most_common(texts + facts, "url"),
        )

    def _tell_apart(self, models):
        """Models of one name in several folders have the folder in it."""
        by_name = defaultdict(list)
        for model in models:
            by_name[squash(model.name)].append(model)
        for same in by_name.values():
            if len(same) < 2:
                continue
            for model in same:
                where = [part for part in model.folder.split("/") if part]
                if where and squash(where[-1]) == squash(model.name):
                    where.pop()
                if where:
                    model.name = f"{model.name} ({tidy(where[-1]) or where[-1]})"
                    model.reasons = [*model.reasons, ("same_name", {})]


def _problem(entry):
    message = entry.facts.get("problem")
    return {"problem": message} if message else {}


def _is_collection_name(name):
    key = squash(name)
    return key in COLLECTIONS or YEAR.fullmatch(name.strip()) is not None


def _walk(folder, variants=(), versions=()):
    """A folder and what is below it, with the words of variants and versions."""
    yield folder, variants, versions
    for child in folder.children.values():
        name = read_folder(child.name)
        words, later = list(variants), list(versions)
        title = tidy(_without_start(name.strict.title, folder.name, ""))
        if title:
            words.append(title)
        words += name.strict.variant
        if name.version or (not title and not name.strict.variant):
            later.append(child.name)
        yield from _walk(child, words, later)


def _variant_key(file):
    return tuple(squash(word) for word in (*file.variant_path, *file.words))


def _variant_names(variants):
    """A name for each variant as its first file writes it."""
    names = {}
    for key, files in variants.items():
        file = files[0][1]
        words, seen = [], set()
        for word in (*file.variant_path, *file.words):
            if squash(word) not in seen:
                seen.add(squash(word))
                words.append(tidy(word) or word)
        names[key] = " ".join(words) if key else ""
    return names


def _version_key(file):
    """Numbered versions in their order, and before them those without a number."""
    number, letter, rank, date, copy = _version_key_of(file.read)
    folder = max(
        (_version_key_of(read_folder(name)) for name in file.version_path),
        default=((), "", 0, (), 0),
    )
    return (
        folder,
        number,
        letter,
        rank,
        date,
        copy,
        _natural(file.entry.name),
        _natural(file.entry.path),
    )


def _version_key_of(name):
    return name.version or ((), "", 0, (), 0)


def _stated_title(draft):
    """The title all files of a draft state that state one, with their designer."""
    titles = {
        (fact["title"].strip(), fact.get("designer") or "")
        for _number, file in draft.files
        for fact in [file.entry.facts]
        if (fact.get("title") or "").strip()
    }
    if len(titles) != 1:
        return None
    title, designer = titles.pop()
    if squash(title) in NO_TITLES or MEANINGLESS.match(title):
        return None
    return title, designer


def _object_stem(name):
    """``benchy.stl_id_0_copy_1`` is of ``benchy``."""
    name = re.sub(r"(?i)[_ ]id[_:]?\d+.*$", "", name)
    return read_name(name).stem


def _is_named_as(key, file, exactly=False):
    """Whether a picture or a text is called as a file is."""
    stems = {file.read.key, file.read.strict.key} - {""}
    if exactly:
        return any(key == stem for stem in stems)
    return any(key.startswith(stem) for stem in stems)


def _shared_start(titles):
    """Words all titles begin with, as long as each has one more."""
    if len(titles) < 2:
        return ""
    words = [re.split(r"[\s_\-]+", title.casefold()) for title in titles]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    if any(len(entry) <= len(shared) for entry in words):
        shared = shared[: min(map(len, words)) - 1]
    return " ".join(shared)


def _without_start(title, name, shared):
    """A title without the words of its model at its beginning."""
    parts = [part for part in re.split(r"[\s_\-]+", title) if part]
    for start in (name, shared):
        key = squash(start)
        for count in range(len(parts) - 1, 0, -1):
            if key and squash("".join(parts[:count])) == key:
                return " ".join(parts[count:])
    return tidy(title)


def _most_common(facts, name):
    found = Counter(fact[name].strip() for fact in facts if fact.get(name))
    return found.most_common(1)[0][0] if found else ""


def _longest(facts):
    return max((fact.get("description") or "" for fact in facts), key=len, default="")
