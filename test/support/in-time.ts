import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of something that might wait for ever: "still waiting" after a while, so that the test that waits says so itself. */
export function inTime<T>(work: Promise<T>, seconds = 20): Promise<T | "still waiting"> {
  return Promise.race([work, sleep(seconds * 1000, "still waiting" as const, { ref: false })]);
}
