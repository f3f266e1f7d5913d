import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    sharedDirectory: string;
  }
}

/** A temporary directory for what several test files read, removed when all have ended. */
export default function setup({ provide }: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-shared-"));
  provide("sharedDirectory", directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
