import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { keepTexts, type ReadTexts, textsFrom } from "../lists/entry-texts.ts";
import { type Frame, readFrame, requireTable } from "../lists/frame.ts";
import { currentFile, type PublishedLists, publishedFile, publishedListsFile, readMeta } from "../lists/published.ts";
import { type ReadSheets, sheetsFrom } from "../lists/sheets.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import { NotFound } from "./access.ts";
import { openSessionPool, type SessionPool } from "./session-pool.ts";

/** A published run as it is read: what all readings need, and sessions for the rest. */
export interface ReadableRun {
  id: string;
  frame: Frame;
  sheets: ReadSheets;
  texts: ReadTexts;
  read<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** A list of a published run. */
export interface PublishedList {
  list_id: string;
  run_id: string;
  as_of: IsoDate;
  /** KATO prefix. */
  area: string;
  /** Whether it is of the run that is shown. */
  is_current: boolean;
}

/** The published runs of a data directory, the one that is shown kept open. */
export interface PublishedRuns {
  /** Works with the run that is shown. A new one is opened before the old is let go, and the old is closed when its last reader ends. */
  withCurrent<T>(work: (run: ReadableRun) => Promise<T>): Promise<T>;
  /** Works with a published run of this id. */
  withRun<T>(id: string, work: (run: ReadableRun) => Promise<T>): Promise<T>;
  /** The list of this id. A NotFound when no published run has it. */
  list(listId: string): PublishedList;
  /** Lists of all published runs, newest day first. */
  lists(): readonly PublishedList[];
  /** The id of the run that is shown; undefined when none is. */
  currentId(): string | undefined;
  close(): Promise<void>;
}

/** A run that is open, or being opened. */
interface Slot {
  id: string;
  /** Whether its texts are kept in memory: those of the run that is shown. */
  isShown: boolean;
  run: Promise<{ readable: ReadableRun; pool: SessionPool }>;
  readers: number;
  /** Closed when the last reader ends. */
  isRetired: boolean;
}

export interface PublishedRunsOptions {
  data: DataDirectory;
  now(): Date;
  /** Readings at the same time of one run. */
  sessions: number;
  /** Runs held open beside the one that is shown. */
  mostOlder?: number;
  onChange?: (runId: string) => void;
}

/** How long the pointer is believed, in milliseconds. */
const pointerAge = 1000;

/** Keeps the published runs of a data directory open for reading. */
export function publishedRuns({ data, now, sessions, mostOlder = 2, onChange }: PublishedRunsOptions): PublishedRuns {
  const slots = new Map<string, Slot>();
  const closing = new Set<Promise<void>>();
  let pointer: { id: string | undefined; seenAt: number } = { id: undefined, seenAt: Number.NEGATIVE_INFINITY };
  let serving: Slot | undefined;
  let next: Slot | undefined;
  let failedAt: number | undefined;
  let index: { stamp: string; lists: readonly PublishedList[]; byId: ReadonlyMap<string, PublishedList> } | undefined;

  const currentId = () => {
    const at = now().getTime();
    if (Math.abs(at - pointer.seenAt) >= pointerAge) pointer = { id: pointerOf(data), seenAt: at };
    return pointer.id;
  };
  const closeIfUnread = (slot: Slot) => {
    if (!slot.isRetired || slot.readers > 0) return;
    const closed = slot.run.then(({ pool }) => pool.close()).catch(() => undefined);
    closing.add(closed);
    void closed.finally(() => closing.delete(closed));
  };
  const retire = (slot: Slot) => {
    slots.delete(slot.id);
    slot.isRetired = true;
    closeIfUnread(slot);
  };
  const slotOf = (id: string, isShown = false): Slot => {
    const found = slots.get(id);
    if (found !== undefined && (found.isShown || !isShown)) return found;
    if (found !== undefined) retire(found);
    const slot: Slot = { id, isShown, run: openRun(data, id, { sessions, isShown }), readers: 0, isRetired: false };
    slots.set(id, slot);
    slot.run.catch(() => slots.get(id) === slot && slots.delete(id));
    return slot;
  };
  /** Lets runs go that are neither shown nor among the last asked for. */
  const trim = () => {
    const others = [...slots.values()].filter((slot) => slot !== serving && slot !== next);
    for (const slot of others.slice(0, Math.max(0, others.length - mostOlder))) retire(slot);
  };
  const workIn = async <T>(slot: Slot, work: (run: ReadableRun) => Promise<T>): Promise<T> => {
    slot.readers += 1;
    try {
      return await work((await slot.run).readable);
    } finally {
      slot.readers -= 1;
      closeIfUnread(slot);
    }
  };
  /** Begins to open the run that is to be shown, unless that has begun or failed a moment ago; until it is open the one before goes on. */
  const turnTo = (id: string) => {
    if (serving?.id === id || next?.id === id || failedAt === pointer.seenAt) return;
    const coming = slotOf(id, true);
    next = coming;
    coming.run.then(
      () => {
        if (next === coming) {
          if (serving !== undefined) retire(serving);
          [serving, next] = [coming, undefined];
        }
        onChange?.(id);
        trim();
      },
      () => {
        if (next === coming) [next, failedAt] = [undefined, pointer.seenAt];
      },
    );
  };
  const indexed = () => {
    const current = currentId();
    const stamp = `${current ?? ""} ${mtimeOf(data.published)}`;
    if (index?.stamp !== stamp) {
      const lists = listsOf(data, current);
      index = { stamp, lists, byId: new Map(lists.map((list) => [list.list_id, list])) };
    }
    return index;
  };

  return {
    currentId,
    async withCurrent(work) {
      const id = currentId();
      if (id === undefined) throw new NotFound("no list has been published yet");
      turnTo(id);
      return workIn(serving ?? next ?? slotOf(id), work);
    },
    async withRun(id, work) {
      if (id === currentId()) turnTo(id);
      const shown = [serving, next].find((slot) => slot?.id === id);
      if (shown !== undefined) return workIn(shown, work);
      if (!slots.has(id) && !existsSync(publishedFile(data, id))) throw new NotFound("there is no such published run");
      const slot = slotOf(id);
      slots.delete(id);
      slots.set(id, slot);
      trim();
      return workIn(slot, work);
    },
    list(listId) {
      const found = indexed().byId.get(listId);
      if (found === undefined) throw new NotFound("there is no such list");
      return found;
    },
    lists: () => indexed().lists,
    async close() {
      for (const slot of [...slots.values()]) retire(slot);
      while (closing.size > 0) await Promise.all(closing);
    },
  };
}

async function openRun(
  data: DataDirectory,
  id: string,
  { sessions, isShown }: { sessions: number; isShown: boolean },
): Promise<{ readable: ReadableRun; pool: SessionPool }> {
  const pool = await openSessionPool(publishedFile(data, id), sessions);
  try {
    const { frame, kept } = await pool.use(async (session) => {
      const meta = await readMeta(session);
      const frame = await readFrame(session, meta);
      await requireTable(session, meta, "texts");
      return { frame, kept: isShown ? await keepTexts(session) : undefined };
    });
    const texts: ReadTexts = kept ?? ((places, language) => pool.use((session) => textsFrom(session)(places, language)));
    const sheets: ReadSheets = (places) => pool.use((session) => sheetsFrom(session)(places));
    return { readable: { id, frame, sheets, texts, read: (work, signal) => pool.use(work, signal) }, pool };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

function pointerOf(data: DataDirectory): string | undefined {
  try {
    return readFileSync(currentFile(data), "utf8").trim();
  } catch {
    return undefined;
  }
}

function mtimeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The lists of every published run, each once: runs that differ only by their shadows have the same, and the one that is shown goes first. */
function listsOf(data: DataDirectory, current: string | undefined): PublishedList[] {
  if (!existsSync(data.published)) return [];
  const seen = new Set<string>();
  return readdirSync(data.published)
    .filter((file) => file.endsWith(".duckdb"))
    .map((file) => file.slice(0, -".duckdb".length))
    .filter((run) => existsSync(publishedListsFile(data, run)))
    .sort((a, b) => Number(b === current) - Number(a === current) || a.localeCompare(b))
    .flatMap((run) => {
      const { as_of, lists } = JSON.parse(readFileSync(publishedListsFile(data, run), "utf8")) as PublishedLists;
      return Object.entries(lists).map(([area, list_id]) => ({ list_id, run_id: run, as_of, area, is_current: run === current }));
    })
    .filter(({ list_id }) => !seen.has(list_id) && seen.add(list_id))
    .sort((a, b) => b.as_of.localeCompare(a.as_of) || a.run_id.localeCompare(b.run_id) || a.area.localeCompare(b.area));
}
