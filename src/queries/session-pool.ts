import { openDatabase } from "../warehouse/database.ts";
import type { Session } from "../warehouse/session.ts";

/** A few sessions on one database file: who finds none free waits in turn. */
export interface SessionPool {
  /** Works with a session of its own. Who gives up while waiting loses the place only; work that has begun ends. */
  use<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Closes the sessions, those in use when their work has ended. */
  close(): Promise<void>;
}

interface Waiting {
  take(session: Session): void;
  drop(error: Error): void;
}

/** Opens a database file for reading with so many sessions. */
export async function openSessionPool(file: string, sessions: number): Promise<SessionPool> {
  const all: Session[] = [];
  for (let number = 0; number < sessions; number++) all.push(await openDatabase(file, { mode: "read", threads: 1, waitSeconds: 10 }));
  const free = [...all];
  const waiting: Waiting[] = [];
  const working = new Set<Promise<unknown>>();

  const taken = (signal: AbortSignal | undefined) =>
    new Promise<Session>((resolve, reject) => {
      signal?.throwIfAborted();
      const session = free.pop();
      if (session !== undefined) return resolve(session);
      const place: Waiting = { take: resolve, drop: reject };
      waiting.push(place);
      signal?.addEventListener(
        "abort",
        () => {
          const index = waiting.indexOf(place);
          if (index >= 0) waiting.splice(index, 1)[0]?.drop(signal.reason as Error);
        },
        { once: true },
      );
    });
  const give = (session: Session) => {
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next.take(session);
  };
  return {
    async use(work, signal) {
      const session = await taken(signal);
      const done = work(session).finally(() => give(session));
      working.add(done);
      return done.finally(() => working.delete(done));
    },
    async close() {
      await Promise.allSettled(working);
      for (const session of all) session.close();
    },
  };
}
