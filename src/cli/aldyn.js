#!/usr/bin/env node
// The command `aldyn`: registers the TypeScript loader, then hands over to main.ts.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

if (!existsSync(fileURLToPath(new URL("../../node_modules/tsx", import.meta.url)))) {
  console.error("aldyn: its packages are not installed; run: npm ci");
  process.exit(1);
}
const { register } = await import("tsx/esm/api");
register();
const { main } = await import("./main.ts");
await main(process.argv.slice(2));
