#!/usr/bin/env node
// The command `aldyn`: has TypeScript compiled where that is not done yet, then hands over to main.ts.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { importCompiled } from "../domain/import-compiled.js";

if (!existsSync(fileURLToPath(new URL("../../node_modules/esbuild", import.meta.url)))) {
  console.error("aldyn: its packages are not installed; run: npm ci");
  process.exit(1);
}
const { main } = await importCompiled("src/cli/main.ts");
await main(process.argv.slice(2));
