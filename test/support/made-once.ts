import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";

/** A directory of that name that all test files read and none changes; the first that asks has it made, others wait. */
export async function madeOnce(name: string, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = join(inject("sharedDirectory"), name);
  const [isMade, making] = [`${directory}.made`, `${directory}.making`];
  while (!existsSync(isMade)) {
    try {
      mkdirSync(making);
    } catch {
      await sleep(100);
      continue;
    }
    try {
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory);
      await make(directory);
      writeFileSync(isMade, "");
    } finally {
      rmSync(making, { recursive: true });
    }
  }
  return directory;
}
