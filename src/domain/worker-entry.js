// Where a worker thread starts: Node runs no TypeScript in it, so this file registers the loader and hands over to the module named.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
await import(workerData.module);
