import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { inputName } from "./onnx-names.ts";

/** What the thread is started with. */
export interface WorkerStart {
  /** This module's address, for the entry. */
  module: string;
  model: Uint8Array;
}
/** One batch: `columns` holds feature after feature, `rows` values each. The buffer is handed over, never shared. */
export interface BatchRequest {
  number: number;
  rows: number;
  columns: Float64Array<ArrayBuffer>;
}
export type BatchReply =
  | { number: number; margin: Float64Array<ArrayBuffer>; probability: Float64Array<ArrayBuffer> }
  | { number: number; problem: string };

const port = parentPort;
if (port === null) throw new Error("score-worker.ts runs in a worker thread only");
const session = await InferenceSession.create((workerData as WorkerStart).model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});

port.on("message", async (request: BatchRequest) => {
  const reply = await scoreBatch(request).catch((error: Error): BatchReply => ({ number: request.number, problem: error.message }));
  port.postMessage(reply, "margin" in reply ? [reply.margin.buffer, reply.probability.buffer] : []);
});

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
