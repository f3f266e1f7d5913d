import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { redisUrl } from "../src/cli/redis-url.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { publishedFile } from "../src/lists/published.ts";
import { connectRedis, placeOf, untilReady } from "../src/queue/connection.ts";
import { readLedger, record } from "../src/runs/ledger.ts";
import { enterRequest, enterResumption, runsToGoOnWith, stateOf, unfinishedRuns } from "../src/runs/requests.ts";
import type { TaskPlace } from "../src/runs/task.ts";
import { startTimer, type TimerParts } from "../src/runs/timer.ts";
import { enterFailure } from "../src/runs/work.ts";
import { type DataDirectory, dataDirectory } from "../src/warehouse/data-directory.ts";
import { inTime } from "./support/in-time.ts";
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

test("a run that goes on is asked for once; what is not there, or nobody began, is not asked for", () => {
  const { data, run, directory } = begunRun(root, "resumed");
  const now = new Date("2026-01-02");
  for (const _ of [1, 2]) expect(enterResumption(data, run, now)).toBe(nightly);
  expect(readLedger(directory).map(({ event }) => event)).toEqual(["run_requested"]);
  expect(() => enterResumption(data, "0".repeat(32), now)).toThrow(`there is no run ${"0".repeat(32)}`);
});

test("of runs that were asked for, the one that has waited longest is first", () => {
  const asked = { e: "2026-01-04", a: "2026-01-05", c: "2026-01-03" };
  for (const [id, day] of Object.entries(asked)) {
    const { directory } = begunRun(root, "in order", { run: id.repeat(32) });
    record(directory, { at: `${day}T00:00:00.000Z`, event: "run_requested" });
  }
  expect(unfinishedRuns(dataDirectory(join(root, "in order")))).toEqual(["c", "e", "a"].map((id) => id.repeat(32)));
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

/** A timer over nights that pass at once, from noon of the first of January on. */
async function whileTimePasses(
  data: DataDirectory,
  request: TimerParts["requests"]["request"],
  work: (timer: ReturnType<typeof startTimer>) => Promise<void>,
  changes: Partial<TaskPlace> = {},
): Promise<string[]> {
  const parts = serviceParts(data);
  const said: string[] = [];
  vi.useFakeTimers({ now: new Date("2026-01-01T12:00:00Z") });
  try {
    const timer = startTimer({
      options: { ...parts.options, ...changes, data, now: () => new Date() },
      place: { ...parts.place, ...changes },
      requests: { request },
      onWord: (words) => said.push(words),
    });
    await work(timer);
    await timer.stop();
  } finally {
    vi.useRealTimers();
  }
  return said;
}
/** Comes to the next night, two in the morning in Almaty, and a little on. */
async function theNextNight(): Promise<void> {
  const night = new Date(Math.ceil((Date.now() - 21 * hour) / (24 * hour)) * 24 * hour + 21 * hour);
  vi.setSystemTime(night.getTime() - 60_000);
  await vi.advanceTimersByTimeAsync(120_000);
}
const hour = 60 * 60 * 1000;

describe("a timer", () => {
  test("begins a run each night at the pipeline's hour in the deployment's time zone, as of that day", async () => {
    const { data, run } = begunRun(root, "timer");
    const asked: string[] = [];
    const request = async (pipeline: string, asOf: string) => {
      asked.push(`${pipeline} as of ${asOf} at ${new Date().toISOString()}`);
      return { run_id: run, state: "requested" as const };
    };
    await whileTimePasses(data, request, async ({ next }) => {
      expect(next).toEqual([{ pipeline: "nightly", at: "2026-01-01T21:00:00.000Z" }]);
      for (const _ of [1, 2]) await theNextNight();
    });
    expect(asked).toEqual(["nightly as of 2026-01-02 at 2026-01-01T21:00:00.000Z", "nightly as of 2026-01-03 at 2026-01-02T21:00:00.000Z"]);
  });

  test("begins no night while the one before is still being begun, but after it; one that fails is said", async () => {
    const { data } = begunRun(root, "slow timer");
    const asked: string[] = [];
    const ends: ((error: Error) => void)[] = [];
    const request = (_pipeline: string, asOf: string) => {
      asked.push(asOf);
      return new Promise<never>((_, reject) => ends.push(reject));
    };
    const end = () => {
      for (const fail of ends.splice(0)) fail(new Error("no room on the disk"));
    };
    const said = await whileTimePasses(data, request, async () => {
      for (const _ of [1, 2]) await theNextNight();
      expect(asked).toEqual(["2026-01-02"]);
      end();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(asked).toEqual(["2026-01-02", "2026-01-03"]);
      end();
    });
    expect(said).toEqual(Array(2).fill("nightly: could not be begun by its schedule: no room on the disk"));
  });

  test("that is stopped while it pulls stops the pull and asks for no run", async () => {
    const { data } = begunRun(root, "pulling timer");
    cpSync(projectFile("models"), join(root, "models"), { recursive: true });
    symlinkSync(projectFile("data-samples"), join(root, "data-samples"));
    const deploymentFile = join(root, "models", "deployment.yaml");
    const deployment = readFileSync(deploymentFile, "utf8");
    writeFileSync(deploymentFile, deployment.replace("sources: []", `sources: [${join(root, "missing.yaml")}]`));
    const request = () => Promise.reject(new Error("asked for a run"));
    const said = await whileTimePasses(data, request, theNextNight, { deploymentFile });
    expect(said).toEqual(["nightly: could not be begun by its schedule: nightly as of 2026-01-02 was stopped before it was begun"]);
  });
});

test("what is said of a Redis address never has its password", () => {
  expect(placeOf("redis://user:top-secret@redis.example:6380/2")).toBe("redis.example:6380");
  for (const url of ["http://user:top-secret@redis.example", "top-secret", ""]) {
    expect(() => placeOf(url)).toThrow("REDIS_URL is not a Redis address");
    expect(() => placeOf(url)).not.toThrow("top-secret");
  }
});

test("who works on a queue without a Redis being named is told what to set", () => {
  for (const environment of [{}, { REDIS_URL: "" }])
    expect(() => redisUrl(environment)).toThrow("set REDIS_URL to the Redis that holds the queue");
  expect(redisUrl({ REDIS_URL: "redis://redis.example" })).toBe("redis://redis.example");
});

/** A connection to where nobody listens. */
function unanswered(parts: Parameters<typeof connectRedis>[1], url = "redis://127.0.0.1:1"): Redis {
  const redis = connectRedis(url, parts);
  onTestFinished(() => redis.disconnect());
  return redis;
}

test("each time that Redis is lost or back is said once", () => {
  const said: string[] = [];
  const redis = unanswered({ blocking: false, onRedis: (state) => said.push(state) });
  const lost = () => redis.emit("error", new Error("lost"));
  const back = () => redis.emit("ready");
  for (const happens of [lost, lost, back, back, lost, lost, back]) happens();
  expect(said).toEqual(["lost", "back", "lost", "back"]);
});

test("what is asked while Redis is away fails at once; what a worker asks waits until it is back", async () => {
  const asking = unanswered({ blocking: false });
  const working = unanswered({ blocking: true });
  const triesAgain = async (redis: Redis) => {
    const again = new Promise((resolve) => redis.once("reconnecting", () => resolve("tries again")));
    expect(await inTime(again)).toBe("tries again");
  };
  await Promise.all([asking, working].map(triesAgain));
  const attempt = vi.fn();
  asking.on("reconnecting", attempt);
  const waiting = vi.fn();
  working.ping().then(waiting, waiting);
  await expect(asking.ping()).rejects.toThrow();
  expect(attempt).not.toHaveBeenCalled();
  for (const _ of [1, 2]) await triesAgain(working);
  expect(waiting).not.toHaveBeenCalled();
});

test("a Redis that takes a connection and says nothing is waited for not for ever", async () => {
  const mute = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void mute.close());
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  const redis = unanswered({ blocking: false }, `redis://127.0.0.1:${port}`);
  const answer = untilReady(redis, 0.1).catch((error) => error);
  expect(await inTime(answer)).toMatchObject({ code: "no_redis" });
});
