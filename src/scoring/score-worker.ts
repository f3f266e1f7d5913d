import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { UserError } from "../domain/errors.ts";
import type { ExternalPlan } from "./external-plan.ts";
import { type NamedColumns, runExternal } from "./external-run.ts";
import { inputName } from "./onnx-names.ts";

/** What the thread is started with. */
export interface WorkerStart {
  model: Uint8Array;
  /** How a model made elsewhere is fed and read; absent for one written here. */
  plan?: ExternalPlan | undefined;
}
/** One batch: `columns` holds feature after feature, `rows` values each. The buffer is handed over, never shared. */
export interface BatchRequest {
  number: number;
  /** None: the request only asks whether the model is loaded. */
  rows: number;
  columns: Float64Array<ArrayBuffer>;
  /** Names of those features, the first row's place in the table from 0, and the columns of words: what a plan asks for. */
  names: readonly string[];
  from: number;
  words: Readonly<Record<string, (string | null)[]>>;
}
export type BatchReply =
  | { number: number; margin: Float64Array<ArrayBuffer>; probability: Float64Array<ArrayBuffer> }
  | { number: number; problem: string; code?: string | undefined };

const port = parentPort;
if (port === null) throw new Error("score-worker.ts runs in a worker thread only");
const { model, plan } = workerData as WorkerStart;
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: plan === undefined ? 3 : 4,
});

port.on("message", async (request: BatchRequest | "close") => {
  if (request === "close") return port.close();
  const empty = { number: request.number, margin: new Float64Array(), probability: new Float64Array() };
  const reply: BatchReply =
    request.rows === 0
      ? empty
      : await (plan === undefined ? scoreBatch(request) : scoreByPlan(plan, request)).catch(
          (error: Error): BatchReply => ({
            number: request.number,
            problem: error.message,
            code: error instanceof UserError ? error.code : undefined,
          }),
        );
  port.postMessage(reply, "margin" in reply ? [reply.margin.buffer, reply.probability.buffer] : []);
});

async function scoreByPlan(plan: ExternalPlan, { number, rows, columns, names, from, words }: BatchRequest): Promise<BatchReply> {
  const named: NamedColumns = {
    ...words,
    ...Object.fromEntries(names.map((name, index) => [name, columns.subarray(index * rows, (index + 1) * rows)])),
  };
  return { number, ...(await runExternal(session, plan, { rows, columns: named, from })) };
}

async function scoreBatch({ number, rows, columns }: BatchRequest): Promise<BatchReply> {
  const width = columns.length / rows;
  const matrix = new Float64Array(columns.length);
  for (let feature = 0; feature < width; feature++)
    for (let row = 0; row < rows; row++) matrix[row * width + feature] = columns[feature * rows + row]!;
  const { margin, probability } = await session.run({ [inputName]: new Tensor("float64", matrix, [rows, width]) });
  return { number, margin: copied(margin), probability: copied(probability) };
}

function copied(tensor: InferenceSession.OnnxValueMapType[string] | undefined): Float64Array<ArrayBuffer> {
  if (tensor === undefined || !(tensor.data instanceof Float64Array)) throw new Error("the model gave no output in double");
  return new Float64Array(tensor.data);
}
