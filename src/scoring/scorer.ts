import { Worker } from "node:worker_threads";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { ExternalPlan } from "./external-plan.ts";
import type { BatchReply, BatchRequest, WorkerStart } from "./score-worker.ts";

/** Rows that go to a model at once. Fixed, so that a score has the same bits whatever the number of workers. */
export const batchRows = 4096;

/** Log-odds and probability, one each per row. */
export interface Scores {
  margin: Float64Array;
  probability: Float64Array;
}

/** Numbers, NaN where unknown; for a model made elsewhere also words, null where unknown. */
export type Column = Float64Array | readonly (string | null)[];

interface Waiting {
  where: string;
  resolve(reply: Scores): void;
  reject(error: Error): void;
}

/** A model in worker threads. Rows are scored by onnxruntime there, never in the event loop. Close it when done. */
export class Scorer {
  readonly #workers: Worker[];
  readonly #ended: Promise<void>[];
  readonly #waiting = new Map<number, Waiting>();
  #batches = 0;
  #failure: Error | undefined;

  /** `model` holds the bytes of the model file; `plan` says how to feed and read one made elsewhere. */
  constructor(model: Uint8Array, workers: number, plan?: ExternalPlan) {
    const start: WorkerStart = { model, plan };
    this.#workers = Array.from({ length: Math.max(1, workers) }, () => this.#startWorker(start));
    this.#ended = this.#workers.map((worker) => new Promise((resolve) => worker.once("exit", () => resolve())));
  }

  /** Scores rows given column by column in the model's order; NaN is unknown. An infinite value is a UserError that names `where`, feature and row. */
  async score(names: readonly string[], columns: readonly Column[], where: string): Promise<Scores> {
    requireFinite(names, columns, where);
    const { numbers, words } = byKind(names, columns);
    const rows = columns[0]?.length ?? 0;
    const scores: Scores = { margin: new Float64Array(rows), probability: new Float64Array(rows) };
    const batches: Promise<void>[] = [];
    for (let from = 0; from < rows; from += batchRows) {
      const until = Math.min(rows, from + batchRows);
      const request = {
        from,
        rows: until - from,
        names: numbers.names,
        columns: packed(numbers.columns, from, until),
        words: cut(words, from, until),
      };
      const batch = this.#send(request, where);
      batches.push(
        batch.then(({ margin, probability }) => {
          scores.margin.set(margin, from);
          scores.probability.set(probability, from);
        }),
      );
    }
    await Promise.all(batches);
    return scores;
  }

  /** Waits for a worker to have loaded the model; that it cannot is the error. */
  async loaded(): Promise<void> {
    await this.#send({ from: 0, rows: 0, names: [], columns: new Float64Array(), words: {} }, "");
  }

  /** Has the workers end by themselves; what is asked and not yet answered is given up. One cut off while onnxruntime is at work takes the whole process with it. */
  async close(): Promise<void> {
    for (const worker of this.#workers) worker.postMessage("close");
    await Promise.all(this.#ended);
  }

  #send(batch: Omit<BatchRequest, "number">, where: string): Promise<Scores> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const number = this.#batches++;
    const request: BatchRequest = { number, ...batch };
    const worker = this.#workers[number % this.#workers.length] as Worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject, where });
      worker.postMessage(request, [batch.columns.buffer]);
    });
  }

  #startWorker(start: WorkerStart): Worker {
    const worker = new Worker(projectFile("src/domain/start.js"), { argv: ["src/scoring/score-worker.ts"], workerData: start });
    worker.on("message", (reply: BatchReply) => {
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      if ("problem" in reply) waiting?.reject(refusalOf(reply, waiting.where));
      else waiting?.resolve(reply);
    });
    worker.on("error", (error) => this.#fail(new Error(`a scoring worker failed: ${(error as Error).message}`, { cause: error })));
    return worker;
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function refusalOf({ problem, code }: Extract<BatchReply, { problem: string }>, where: string): Error {
  return code === undefined ? new Error(`the model could not be run: ${problem}`) : new UserError(code, `${where}, ${problem}`);
}

function byKind(names: readonly string[], columns: readonly Column[]) {
  const numbers: { names: string[]; columns: Float64Array[] } = { names: [], columns: [] };
  const words: Record<string, readonly (string | null)[]> = {};
  columns.forEach((column, index) => {
    const name = names[index] as string;
    if (!(column instanceof Float64Array)) words[name] = column;
    else {
      numbers.names.push(name);
      numbers.columns.push(column);
    }
  });
  return { numbers, words };
}

function cut(words: Readonly<Record<string, readonly (string | null)[]>>, from: number, until: number): Record<string, (string | null)[]> {
  return Object.fromEntries(Object.entries(words).map(([name, cells]) => [name, cells.slice(from, until)]));
}

function packed(columns: readonly Float64Array[], from: number, until: number): Float64Array<ArrayBuffer> {
  const batch = new Float64Array(columns.length * (until - from));
  columns.forEach((column, index) => {
    batch.set(column.subarray(from, until), index * (until - from));
  });
  return batch;
}

function requireFinite(names: readonly string[], columns: readonly Column[], where: string): void {
  columns.forEach((column, index) => {
    if (!(column instanceof Float64Array)) return;
    const row = column.findIndex((value) => value === Infinity || value === -Infinity);
    if (row >= 0)
      throw new UserError(
        "infinite_value",
        `${where}, column ${names[index]}, row ${row + 1}: ${column[row]} cannot be scored; leave it empty when unknown`,
      );
  });
}
