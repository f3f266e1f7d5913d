import { Worker } from "node:worker_threads";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import type { BatchReply, BatchRequest, WorkerStart } from "./score-worker.ts";

/** Rows that go to a model at once. Fixed, so that a score has the same bits whatever the number of workers. */
export const batchRows = 4096;

/** Log-odds and probability, one each per row. */
export interface Scores {
  margin: Float64Array;
  probability: Float64Array;
}

interface Waiting {
  resolve(reply: Scores): void;
  reject(error: Error): void;
}

/** A model in worker threads. Rows are scored by onnxruntime there, never in the event loop. Close it when done. */
export class Scorer {
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, Waiting>();
  #batches = 0;
  #failure: Error | undefined;

  /** `model` holds the bytes of the model file. */
  constructor(model: Uint8Array, workers: number) {
    const module = new URL("./score-worker.ts", import.meta.url).href;
    const start: WorkerStart = { module, model };
    this.#workers = Array.from({ length: Math.max(1, workers) }, () => this.#startWorker(start));
  }

  /** Scores rows given column by column in the model's order; NaN is unknown. An infinite value is a UserError that names `where`, feature and row. */
  async score(names: readonly string[], columns: readonly Float64Array[], where: string): Promise<Scores> {
    requireFinite(names, columns, where);
    const rows = columns[0]?.length ?? 0;
    const scores: Scores = { margin: new Float64Array(rows), probability: new Float64Array(rows) };
    const batches: Promise<void>[] = [];
    for (let from = 0; from < rows; from += batchRows) {
      const until = Math.min(rows, from + batchRows);
      const batch = this.#send(packed(columns, from, until), until - from);
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

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #send(columns: Float64Array<ArrayBuffer>, rows: number): Promise<Scores> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const number = this.#batches++;
    const request: BatchRequest = { number, rows, columns };
    const worker = this.#workers[number % this.#workers.length] as Worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.postMessage(request, [columns.buffer]);
    });
  }

  #startWorker(start: WorkerStart): Worker {
    const worker = new Worker(projectFile("src/domain/worker-entry.js"), { workerData: start });
    worker.on("message", (reply: BatchReply) => {
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      if ("problem" in reply) waiting?.reject(new Error(`the model could not be run: ${reply.problem}`));
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

function packed(columns: readonly Float64Array[], from: number, until: number): Float64Array<ArrayBuffer> {
  const batch = new Float64Array(columns.length * (until - from));
  columns.forEach((column, index) => {
    batch.set(column.subarray(from, until), index * (until - from));
  });
  return batch;
}

function requireFinite(names: readonly string[], columns: readonly Float64Array[], where: string): void {
  columns.forEach((column, index) => {
    const row = column.findIndex((value) => value === Infinity || value === -Infinity);
    if (row >= 0)
      throw new UserError(
        "infinite_value",
        `${where}, column ${names[index]}, row ${row + 1}: ${column[row]} cannot be scored; leave it empty when unknown`,
      );
  });
}
