import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { publishedFile } from "../src/lists/published.ts";
import { placeOf } from "../src/queue/connection.ts";
import { readLedger, record } from "../src/runs/ledger.ts";
import { enterRequest, enterResumption, runsToGoOnWith, stateOf, unfinishedRuns } from "../src/runs/requests.ts";
import { startTimer } from "../src/runs/timer.ts";
import { enterFailure } from "../src/runs/work.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { begunRun, serviceParts } from "./support/queue.ts";
import { enterLoad, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

describe("a run that is asked for", () => {
  const data = dataDirectory(join(root, "asked"));
  const { options } = serviceParts(data);
  const now = new Date("2026-01-02");
  const ask = (asOf = "2026-01-01") => enterRequest({ ...options, asOf }, nightly);
  const asked = (directory: string) => readLedger(directory).filter(({ event }) => event === "run_requested").length;

  test("is one run for a pipeline, a day and what was loaded, under way until it has ended, and asked for once", async () => {
    await enterLoad(data, "a");
    const { run, state } = await ask();
    expect(state).toBe("requested");
    expect(await ask()).toMatchObject({ run: { id: run.id }, state: "under_way" });
    expect([asked(run.directory), unfinishedRuns(data)]).toEqual([1, [run.id]]);

    expect((await ask("2026-01-02")).run.id).not.toBe(run.id);
    await enterLoad(data, "b");
    expect((await ask()).run.id).not.toBe(run.id);
    expect(unfinishedRuns(data)).toHaveLength(3);
  });

  test("that failed is asked for anew; one that has finished is not begun again", async () => {
    const { run } = await ask();
    enterFailure(data, run.id, "check", new Error("no room on the disk"), now);
    expect([stateOf(data, run.id), unfinishedRuns(data).includes(run.id)]).toEqual(["failed", false]);
    expect((await ask()).state).toBe("requested");
    expect([asked(run.directory), unfinishedRuns(data).includes(run.id)]).toEqual([2, true]);

    for (const { name } of nightly.steps) mkdirSync(join(run.directory, name));
    mkdirSync(data.published);
    writeFileSync(publishedFile(data, run.id), "");
    record(run.directory, { at: now.toISOString(), event: "run_finished" });
    expect((await ask()).state).toBe("finished");
    expect([asked(run.directory), unfinishedRuns(data).includes(run.id)]).toEqual([2, false]);
    expect(() => enterResumption(data, run.id, now)).toThrow("has finished");
  });
});

test("a run whose pipeline is no longer there is abandoned and said so; the others go on", async () => {
  const data = dataDirectory(join(root, "gone"));
  const { options } = serviceParts(data);
  await enterLoad(data, "a");
  const [gone, there] = [
    await enterRequest({ ...options, asOf: "2026-01-01" }, { ...nightly, name: "weekly" }),
    await enterRequest({ ...options, asOf: "2026-01-01" }, nightly),
  ];
  const now = new Date("2026-01-02");
  expect(() => enterResumption(data, gone.run.id, now)).toThrow('there is no pipeline "weekly"');
  expect(runsToGoOnWith(data, now)).toEqual([{ run: there.run.id, pipeline: nightly }]);
  expect(stateOf(data, gone.run.id)).toBe("abandoned");
  expect(readLedger(gone.run.directory).at(-1)).toMatchObject({ event: "run_abandoned", error: 'there is no pipeline "weekly" any more' });
});

test("a timer begins a run each night at the pipeline's hour in the deployment's time zone, as of that day", async () => {
  const { data, run } = begunRun(root, "timer");
  const asked: string[] = [];
  vi.useFakeTimers({ now: new Date("2026-01-01T12:00:00Z") });
  try {
    const parts = serviceParts(data);
    const timer = startTimer({
      options: { ...parts.options, now: () => new Date() },
      place: parts.place,
      requests: {
        async request(pipeline, asOf) {
          asked.push(`${pipeline} as of ${asOf} at ${new Date().toISOString()}`);
          return { run_id: run, state: "requested" };
        },
      },
      onWord: () => undefined,
    });
    expect(timer.next).toEqual([{ pipeline: "nightly", at: "2026-01-01T21:00:00.000Z" }]);
    await vi.advanceTimersByTimeAsync(48 * 60 * 60 * 1000);
    await timer.stop();
  } finally {
    vi.useRealTimers();
  }
  expect(asked).toEqual(["nightly as of 2026-01-02 at 2026-01-01T21:00:00.000Z", "nightly as of 2026-01-03 at 2026-01-02T21:00:00.000Z"]);
});

test("what is said of a Redis address never has its password", () => {
  expect(placeOf("redis://user:top-secret@redis.example:6380/2")).toBe("redis.example:6380");
  for (const url of ["http://user:top-secret@redis.example", "top-secret", ""]) {
    expect(() => placeOf(url)).toThrow("REDIS_URL is not a Redis address");
    expect(() => placeOf(url)).not.toThrow("top-secret");
  }
});
