// Makes kernel.wasm of kernel.wat: `node src/training/boosting/build-kernel.js`. The file it makes is kept in the repository; a test builds it again and compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const source = new URL("./kernel.wat", import.meta.url);

/** The bytes of kernel.wasm. */
export async function buildKernel() {
  const module = (await wabt()).parseWat("kernel.wat", readFileSync(source, "utf8"), { simd: true, threads: true, bulk_memory: true });
  return module.toBinary({}).buffer;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL("./kernel.wasm", import.meta.url), await buildKernel());
