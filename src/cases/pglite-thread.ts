import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { projectFile } from "../domain/project-files.ts";
import type { PgliteReply, PgliteRequest, PgliteStart } from "./pglite-worker.ts";

/** A PGlite in a thread of its own: it computes in WASM, and would keep this one from answering meanwhile. */
export interface PgliteThread {
  /** One statement with values, or a script of several without; gives the rows of the last. */
  ask<T extends object>(sql: string, values?: readonly unknown[], isScript?: boolean): Promise<T[]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(rows: never): void;
  reject(error: Error): void;
}

/** Opens the PGlite of a directory, making an empty one first when none is there. */
export async function startPgliteThread(directory: string): Promise<PgliteThread> {
  const worker = new Worker(projectFile("src/domain/start.js"), {
    argv: ["src/cases/pglite-worker.ts"],
    workerData: { directory } satisfies PgliteStart,
  });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let failure: Error | undefined;
  /** The thread keeps the process alive only while somebody waits for it. */
  const wait = <T extends object>(id: number) =>
    new Promise<T[]>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.ref();
    }).finally(() => {
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
    });
  const failAll = (error: Error) => {
    failure = error;
    for (const each of waiting.values()) each.reject(error);
  };
  worker.on("message", (reply: PgliteReply) => {
    const asked = waiting.get(reply.id);
    if ("rows" in reply) asked?.resolve(reply.rows as never);
    else asked?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
  });
  worker.on("error", failAll);
  worker.on("exit", () => failAll(new Error("the thread of the operations store ended")));
  await wait(0);
  return {
    ask(sql, values, isScript = false) {
      if (failure !== undefined) return Promise.reject(failure);
      const id = ++last;
      worker.postMessage({ id, sql, values, isScript } satisfies PgliteRequest);
      return wait(id);
    },
    async close() {
      worker.ref();
      const ended = once(worker, "exit");
      worker.postMessage("close");
      await ended;
    },
  };
}
