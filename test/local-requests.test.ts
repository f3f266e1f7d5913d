import { afterAll, describe, expect, test, vi } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { UserError } from "../src/domain/errors.ts";
import { readLedger } from "../src/runs/ledger.ts";
import { localRequests } from "../src/runs/local-requests.ts";
import { stateOf } from "../src/runs/requests.ts";
import { patience, type workStep } from "../src/runs/work.ts";
import type { DataDirectory } from "../src/warehouse/data-directory.ts";
import { inTime, until } from "./support/in-time.ts";
import { begunRun, serviceParts, stepNames } from "./support/queue.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

function requestsOn(data: DataDirectory, workOnStep: typeof workStep) {
  const { options, place } = serviceParts(data);
  return localRequests(options, place, { workOnStep, firstDelayMs: 1 });
}

describe("a service without Redis", () => {
  test("goes on with what an earlier process left, one run after the other, the steps in order, a run asked for again once", async () => {
    const { data, run } = begunRun(root, "left", { asked: true });
    const { run: other } = begunRun(root, "left", { run: "f".repeat(32) });
    const worked: string[] = [];
    const requests = requestsOn(data, async (_place, of, step) => void worked.push(`${of} ${step}`));
    for (const each of [other, other, run]) expect(await requests.resume(each)).toEqual({ run_id: each, state: "requested" });
    await until("nothing is left to do", async () => (await requests.depth()).active === 0);
    expect(worked).toEqual([run, other].flatMap((each) => stepNames.map((step) => `${each} ${step}`)));
  });

  test("tries a step four times, then enters that its run has failed, and goes on with the next run", async () => {
    const { data, run, directory } = begunRun(root, "failing", { asked: true });
    const { run: other } = begunRun(root, "failing", { run: "f".repeat(32) });
    const worked: string[] = [];
    const requests = requestsOn(data, async (_place, of, step) => {
      worked.push(`${of === run ? "first" : "other"} ${step}`);
      if (of === run && step === "features") throw new Error("no room on the disk");
    });
    await requests.resume(other);
    await until("nothing is left to do", async () => (await requests.depth()).active === 0);
    const tried = ["first check", ...Array(4).fill("first features"), ...stepNames.map((step) => `other ${step}`)];
    expect(worked).toEqual(tried);
    expect(readLedger(directory).at(-1)).toMatchObject({ event: "run_failed", step: "features", error: "no room on the disk" });
  });

  test("waits longer before each new try, by chance more or less, and gives each step the time that its pipeline allows", async () => {
    const { data, run } = begunRun(root, "waiting", { asked: true });
    const tries: number[] = [];
    const limits = new Set<number>();
    vi.useFakeTimers();
    try {
      const { options, place } = serviceParts(data);
      localRequests(options, place, {
        workOnStep: async (_place, _run, _step, { timeLimitSeconds }) => {
          tries.push(Date.now());
          limits.add(timeLimitSeconds);
          throw new Error("no room on the disk");
        },
      });
      await vi.advanceTimersByTimeAsync(60_000);
    } finally {
      vi.useRealTimers();
    }
    expect([tries.length, stateOf(data, run)]).toEqual([patience.attempts, "failed"]);
    const waits = tries.slice(1).map((at, before) => at - (tries[before] as number));
    // 2 s, 4 s, 8 s, to which chance adds something, and as much again at most.
    expect(waits).not.toEqual([2000, 4000, 8000]);
    expect(waits.map((wait, at) => wait >= 2000 * 2 ** at && wait <= 4000 * 2 ** at)).toEqual([true, true, true]);
    expect([...limits]).toEqual([nightly.stepTimeLimitSeconds]);
  });

  test("does not try again on inputs that are no longer here: the run is abandoned", async () => {
    const { data, run } = begunRun(root, "abandoned", { asked: true });
    const worked: string[] = [];
    const requests = requestsOn(data, async (_place, _run, step) => {
      worked.push(step);
      throw new UserError("inputs_changed", "begun on other rules");
    });
    await until("nothing is left to do", async () => (await requests.depth()).active === 0);
    expect([worked, stateOf(data, run)]).toEqual([["check"], "abandoned"]);
  });

  test("that is stopped stops its step, begins no other run, enters no failure, and the next process goes on", async () => {
    const { data, run } = begunRun(root, "stopped", { asked: true });
    const { run: other } = begunRun(root, "stopped", { asked: true, run: "f".repeat(32) });
    const begun: string[] = [];
    const stopped = requestsOn(data, (_place, of, step, { signal }) => {
      begun.push(`${of} ${step}`);
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new UserError("stopped", "was stopped"))));
    });
    expect(await stopped.depth()).toEqual({ active: 1, waiting: 1 });
    expect(await inTime(stopped.close())).toBeUndefined();
    expect(begun).toHaveLength(1);
    expect([run, other].map((each) => stateOf(data, each))).toEqual(["requested", "requested"]);
    const worked: string[] = [];
    const next = requestsOn(data, async (_place, of, step) => void worked.push(`${of} ${step}`));
    await until("nothing is left to do", async () => (await next.depth()).active === 0);
    expect(worked.sort()).toEqual([run, other].flatMap((each) => stepNames.map((step) => `${each} ${step}`)).sort());
  });
});
