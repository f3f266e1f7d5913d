// Makes each .wasm of its .wat: `node src/training/build-wasm.js`. What it makes is kept in the repository; a test builds it again and compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

/** Modules written in WebAssembly's text, without their endings. */
export function wasmModules() {
  return ["boosting/kernel", "weighted-products"];
}

/** The bytes of a module's .wasm. */
export async function buildWasm(name) {
  const text = readFileSync(new URL(`./${name}.wat`, import.meta.url), "utf8");
  return (await wabt()).parseWat(`${name}.wat`, text, { simd: true, threads: true, bulk_memory: true }).toBinary({}).buffer;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of wasmModules()) writeFileSync(new URL(`./${name}.wasm`, import.meta.url), await buildWasm(name));
