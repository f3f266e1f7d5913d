import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

/** What becomes of something that might wait for ever: "still waiting" after a while, so that the test that waits says so itself. */
export function inTime<T>(work: Promise<T>, seconds = 20): Promise<T | "still waiting"> {
  return Promise.race([work, sleep(seconds * 1000, "still waiting" as const, { ref: false })]);
}

/** Waits for what does not depend on how fast the machine is. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 20) {
    expect(waited, `waited in vain until ${what}`).toBeLessThan(seconds * 1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
