import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../src/domain/errors.ts";
import { readLedger } from "../src/runs/ledger.ts";
import { localRequests } from "../src/runs/local-requests.ts";
import { stateOf } from "../src/runs/requests.ts";
import type { workStep } from "../src/runs/work.ts";
import type { DataDirectory } from "../src/warehouse/data-directory.ts";
import { begunRun, serviceParts, stepNames, until } from "./support/queue.ts";
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

  test("that is stopped stops its step, enters no failure, and the next process goes on", async () => {
    const { data, run } = begunRun(root, "stopped", { asked: true });
    const stopped = requestsOn(
      data,
      (_place, _run, _step, { signal }) =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new UserError("stopped", "was stopped")))),
    );
    expect(await stopped.depth()).toEqual({ active: 1, waiting: 0 });
    await stopped.close();
    expect(stateOf(data, run)).toBe("requested");
    const worked: string[] = [];
    const next = requestsOn(data, async (_place, _run, step) => void worked.push(step));
    await until("nothing is left to do", async () => (await next.depth()).active === 0);
    expect(worked).toEqual(stepNames);
  });
});
