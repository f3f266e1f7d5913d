#!/usr/bin/env node
// The command `aldyn`: has TypeScript compiled where that is not done yet, then hands over to main.ts.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CacheUnwritable, importCompiled } from "../domain/import-compiled.js";

if (!existsSync(fileURLToPath(new URL("../../node_modules/esbuild", import.meta.url)))) {
  console.error("aldyn: its packages are not installed; run: npm ci");
  process.exit(1);
}
const { main } = await importCompiled("src/cli/main.ts").catch((error) => {
  if (!(error instanceof CacheUnwritable)) throw error;
  console.error(`aldyn: ${error.message}`);
  process.exit(1);
});
await main(process.argv.slice(2));
