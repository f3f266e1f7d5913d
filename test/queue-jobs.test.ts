import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { UserError } from "../src/domain/errors.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { askForRun } from "../src/queue/ask.ts";
import { connectRedis } from "../src/queue/connection.ts";
import { openRunQueue, type RunJob } from "../src/queue/run-queue.ts";
import { schedulePipelines } from "../src/queue/schedule.ts";
import { readLedger, readManifest, record } from "../src/runs/ledger.ts";
import { stateOf } from "../src/runs/requests.ts";
import type { workStep } from "../src/runs/work.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { inTime, until } from "./support/in-time.ts";
import { begunRun, queueOn, serviceOn, serviceParts, stepNames } from "./support/queue.ts";
import { startRedis, type TestRedis } from "./support/redis.ts";
import { enterLoad, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const lastStep = stepNames.at(-1) as string;
const isStep = ({ step }: { step?: string }) => step !== undefined;
/** As a step's process does. */
const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(new UserError("stopped", "was stopped"))));
const neverEnding = (...[, , , { signal }]: Parameters<typeof workStep>) => untilAborted(signal);

describe("a step that fails", () => {
  test("is tried four times, each time after a longer wait; then its run has failed, and no later step waits", async () => {
    const { data, run, directory } = begunRun(root, "failing");
    let worked: string[] = [];
    let isBroken = true;
    const { requests } = serviceOn(redis, "failing", data, async (_place, _run, step) => {
      worked.push(step);
      if (step === "features" && isBroken) throw new Error("no room on the disk");
    });
    const { queue } = queueOn(redis, "failing");
    const waits: number[] = [];
    await requests.resume(run);
    await until("the run has failed", async () => {
      for (const job of await queue.getDelayed()) {
        waits.push(job.delay);
        await job.promote();
      }
      return stateOf(data, run) === "failed";
    });
    expect(worked).toEqual(["check", "features", "features", "features", "features"]);
    // 2 s, 4 s, 8 s, of which chance takes off something, and half at most.
    expect(waits).not.toEqual([2000, 4000, 8000]);
    expect(waits.map((wait, at) => wait >= 1000 * 2 ** at && wait <= 2000 * 2 ** at)).toEqual([true, true, true]);
    await until("no later step waits", async () => (await requests.depth()).failed === stepNames.length - 1);
    expect(await requests.depth()).toEqual({ active: 0, waiting: 0, delayed: 0, "waiting-children": 0, failed: stepNames.length - 1 });
    expect(readLedger(directory).filter(isStep)).toMatchObject([{ event: "run_failed", step: "features", error: "no room on the disk" }]);

    worked = [];
    isBroken = false;
    expect(await requests.resume(run)).toEqual({ run_id: run, state: "requested" });
    await until("the last step is done", () => worked.includes(lastStep));
    expect(worked).toEqual(stepNames);
  });

  test("on inputs that are no longer here is not tried again: its run is abandoned", async () => {
    const { data, run, directory } = begunRun(root, "abandoned");
    const worked: string[] = [];
    const { requests } = serviceOn(redis, "abandoned", data, async (_place, _run, step) => {
      worked.push(step);
      throw new UserError("inputs_changed", "begun on other rules");
    });
    await requests.resume(run);
    await until("no later step waits", async () => (await requests.depth()).failed === stepNames.length);
    expect(worked).toEqual(["check"]);
    expect(readLedger(directory).filter(isStep)).toMatchObject([{ event: "run_abandoned", step: "check", error: "begun on other rules" }]);
    expect(stateOf(data, run)).toBe("abandoned");
  });
});

describe("a worker", () => {
  test("takes over the job of one that died, however often that happens", async () => {
    const { data, run } = begunRun(root, "dying");
    const begun: number[] = [];
    for (const death of [1, 2, 3]) {
      const dying = serviceOn(redis, "dying", data, () => {
        begun.push(death);
        return new Promise<never>(() => undefined);
      });
      if (death === 1) await dying.requests.resume(run);
      await until(`worker ${death} has begun`, () => begun.includes(death));
      await dying.close(true);
    }
    const worked: string[] = [];
    serviceOn(redis, "dying", data, async (_place, _run, step) => void worked.push(step));
    await until("the last step is done", () => worked.includes(lastStep));
    expect([begun, worked]).toEqual([[1, 2, 3], stepNames]);
  });

  test("that is told to stop ends its job first; told again it stops the work and hands the job back", async () => {
    const { data, run, directory } = begunRun(root, "stopping");
    const { queue } = queueOn(redis, "stopping");
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const first = serviceOn(redis, "stopping", data, (_place, _run, step, { signal }) => {
      begun.push(step);
      return Promise.race([untilAborted(signal), new Promise<void>((end) => ends.push(end))]);
    });
    await first.requests.resume(run);
    await until("check has begun", () => begun.length === 1);
    const stopped = first.close();
    expect(await queue.getActiveCount()).toBe(1);
    for (const end of ends) end();
    expect(await inTime(stopped)).toBeUndefined();
    expect((await queue.getCompleted()).map(({ name }) => name)).toEqual(["check"]);

    const second = serviceOn(redis, "stopping", data, (_place, _run, step, { signal }) => {
      begun.push(step);
      return untilAborted(signal);
    });
    await until("features has begun", () => begun.length === 2);
    void second.close();
    expect(await inTime(second.close(true))).toBeUndefined();
    expect(begun).toEqual(["check", "features"]);
    expect((await queue.getWaiting()).map(({ name }) => name)).toEqual(["features"]);
    expect(readLedger(directory).filter(isStep)).toEqual([]);
  });

  test("works on one job at a time", async () => {
    const { data, run } = begunRun(root, "one");
    const { run: other } = begunRun(root, "one", { run: "f".repeat(32) });
    const begun: string[] = [];
    const { requests } = serviceOn(redis, "one", data, (_place, of, _step, { signal }) => {
      begun.push(of);
      return untilAborted(signal);
    });
    for (const each of [run, other]) await requests.resume(each);
    await until("one has begun", () => begun.length > 0);
    // A worker with room for more would have taken the other meanwhile.
    await sleep(300);
    expect([begun, await requests.depth()]).toMatchObject([[run], { active: 1, waiting: 1 }]);
  });

  test("whose job Redis has forgotten goes on: what it cannot be told ends nothing", async () => {
    const { data, run } = begunRun(root, "forgotten", { asked: true });
    const unheard: unknown[] = [];
    const onUnheard = (error: unknown) => void unheard.push(error);
    process.on("unhandledRejection", onUnheard);
    onTestFinished(() => void process.off("unhandledRejection", onUnheard));
    const worked: string[] = [];
    serviceOn(
      redis,
      "forgotten",
      data,
      async (_place, _run, step, { onMoved }) => {
        worked.push(step);
        if (worked.length > 1) return;
        redis.flush();
        onMoved?.(0.5);
      },
      { tendEverySeconds: 0.1 },
    );
    await until("the run is done", () => worked.includes(lastStep));
    expect([worked, unheard, stateOf(data, run)]).toEqual([["check", ...stepNames], [], "requested"]);
  });

  test("gives a step the time that its pipeline allows, and tells how far it is", async () => {
    const { data, run } = begunRun(root, "moving");
    const limits: number[] = [];
    const { requests } = serviceOn(redis, "moving", data, (_place, _run, _step, { timeLimitSeconds, onMoved, signal }) => {
      limits.push(timeLimitSeconds);
      onMoved?.(0.42);
      return untilAborted(signal);
    });
    const { queue } = queueOn(redis, "moving");
    await requests.resume(run);
    await until("its progress is told", async () => (await queue.getActive())[0]?.progress === 42);
    expect(limits).toEqual([nightly.stepTimeLimitSeconds]);
  });
});

describe("a service that is told to stop while Redis is away", () => {
  test.each([
    ["and has never been there", { isThere: false, works: true }],
    ["and it waits for work", { isThere: true, works: true }],
    ["and it only takes requests", { isThere: true, works: false }],
  ])("%s, stops", async (name, { isThere, works }) => {
    onTestFinished(() => redis.start());
    if (!isThere) await redis.kill();
    const { close, requests, said } = serviceOn(redis, name, begunRun(root, name).data, neverEnding, { works });
    if (isThere) await requests.depth();
    await redis.kill();
    await until("the loss is said", () => said.length > 0);
    expect(await inTime(close())).toBeUndefined();
  });

  test("and works on a job, lets it end, or stops it when told again", async () => {
    onTestFinished(() => redis.start());
    const { data, run } = begunRun(root, "busy", { asked: true });
    const ends: string[] = [];
    const begun: (() => void)[] = [];
    const services = ["busy", "hurried"].map((prefix) =>
      serviceOn(redis, prefix, data, (_place, _run, _step, { signal }) =>
        Promise.race([untilAborted(signal), new Promise<void>((end) => begun.push(end))]).finally(() => ends.push(prefix)),
      ),
    );
    await until("both have begun", () => begun.length === 2);
    await redis.kill();
    const [busy, hurried] = services as [(typeof services)[0], (typeof services)[0]];
    const [ended, stopped] = [busy.close(), hurried.close()];
    expect(await inTime(Promise.race([ended, stopped]), 0.3)).toBe("still waiting");
    expect(ends).toEqual([]);
    expect(await inTime(hurried.close(true))).toBeUndefined();
    expect([ends, await inTime(stopped)]).toEqual([["hurried"], undefined]);
    for (const end of begun) end();
    expect(await inTime(ended)).toBeUndefined();
    expect([ends, stateOf(data, run)]).toEqual([["hurried", "busy"], "requested"]);
  });

  test("as a job's end is told to Redis, stops", async () => {
    onTestFinished(() => redis.start());
    const { data } = begunRun(root, "telling", { asked: true });
    const ends: (() => void)[] = [];
    const { close } = serviceOn(redis, "telling", data, () => new Promise<void>((end) => ends.push(end)));
    await until("it has begun", () => ends.length > 0);
    redis.pause(60);
    const closed = close();
    for (const end of ends) end();
    expect(await inTime(closed, 0.3)).toBe("still waiting");
    await redis.kill();
    expect(await inTime(closed)).toBeUndefined();
  });
});

describe("what the ledger says was asked for", () => {
  test("is put on the queue when a service starts, and when Redis that was away answers: the loss is said, never a password", async () => {
    onTestFinished(() => redis.start());
    const atStart = begunRun(root, "at start", { asked: true });
    const worked: string[] = [];
    const { data } = atStart;
    const url = redis.url.replace("//", "//:top-secret@");
    const { said } = serviceOn(redis, "loss", data, async (_place, run) => void worked.push(run), { redisUrl: url });
    await until("the run is done", () => worked.length === stepNames.length);
    await redis.kill();
    await until("the loss is said", () => said.some((words) => words.includes("does not answer")));
    begunRun(root, "at start", { asked: true, run: "f".repeat(32) });
    // Some more attempts, 200 and 400 ms later: the loss is said once.
    await sleep(1000);
    await redis.start();
    await until("the other run is done", () => worked.filter((run) => run.startsWith("f")).length === stepNames.length);
    const place = new URL(redis.url).host;
    expect(said.filter((words) => words.startsWith("Redis"))).toEqual([
      expect.stringMatching(`^Redis at ${place} does not answer \\(E[A-Z]+\\); trying again until it does$`),
      `Redis at ${place} answers`,
    ]);
    expect(said.join()).not.toContain("secret");
    expect(said).toContain("run ffffffffffff was not on the queue; put back from its ledger");
  });

  test("is put on the queue by a service that started while Redis was away", async () => {
    onTestFinished(() => redis.start());
    await redis.kill();
    const { data, run } = begunRun(root, "away", { asked: true });
    const worked: string[] = [];
    const { said } = serviceOn(redis, "away", data, async (_place, _run, step) => void worked.push(step));
    await until("the loss is said", () => said.some((words) => words.includes("does not answer")));
    await redis.start();
    await until("the run is done", () => worked.length === stepNames.length);
    expect(said).toContain(`run ${run.slice(0, 12)} was not on the queue; put back from its ledger`);
  });

  test("is put back after FLUSHALL while the connection stands, schedules too", async () => {
    const { data, run } = begunRun(root, "flushed");
    const { requests } = serviceOn(redis, "flushed", data, neverEnding, { works: false, schedules: true, tendEverySeconds: 0.1 });
    const { queue } = queueOn(redis, "flushed");
    const isThere = async () =>
      (await queue.getWaiting()).some(({ name }) => name === "check") && (await queue.getJobSchedulersCount()) === 1;
    await requests.resume(run);
    await until("run and schedule are there", isThere);
    redis.flush();
    await until("they are there again", isThere);
  });

  test("is looked after once at a time, and to its end when the service stops", async () => {
    const { data, run, directory } = begunRun(root, "slow");
    const { options } = serviceParts(data);
    let times = 0;
    const now = () => {
      times += 1;
      return options.now();
    };
    const { close, requests } = serviceOn(redis, "slow", data, neverEnding, {
      ...{ works: false, tendEverySeconds: 0.02, options: { ...options, now } },
    });
    const { queue } = queueOn(redis, "slow");
    await Promise.all([requests.depth(), queue.waitUntilReady()]);
    redis.pause(1);
    record(directory, { at: "2026-01-02T00:00:00.000Z", event: "run_requested" });
    const before = times;
    await sleep(500);
    expect(times - before).toBeLessThan(3);
    await close();
    expect((await queue.getWaiting()).map((job) => job.data)).toMatchObject([{ run, step: "check" }]);
  });

  test("is looked after again when that failed, which is said", async () => {
    const { data } = begunRun(root, "tended", { asked: true });
    const deploymentFile = join(root, "deployed", "deployment.yaml");
    const { options } = serviceParts(data);
    const { said } = serviceOn(redis, "tended", data, neverEnding, {
      ...{ works: false, schedules: true, tendEverySeconds: 0.1, options: { ...options, deploymentFile } },
    });
    await until("the failure is said", () => said.length > 1);
    expect(said[0]).toBe(`the queue could not be looked after: ${deploymentFile} does not exist; name a deployment's YAML file`);
    for (const [from, to] of [
      ["data-samples", "data-samples"],
      ["models", "deployed"],
    ] as const)
      symlinkSync(projectFile(from), join(root, to));
    const { queue } = queueOn(redis, "tended");
    await until("the schedule is there", async () => (await queue.getJobSchedulersCount()) === 1);
  });

  test("is on the queue once, however many ask for it or put it back at the same moment", async () => {
    const { data, run } = begunRun(root, "many", { asked: true });
    const services = [1, 2, 3].map(() => serviceOn(redis, "many", data, neverEnding, { works: false, tendEverySeconds: 0.1 }));
    const asked = services.flatMap(({ requests }) => [requests.resume(run), requests.resume(run)]);
    expect(await Promise.all(asked)).toEqual(asked.map(() => ({ run_id: run, state: "requested" })));
    for (const { requests } of services) await requests.resume(run);
    const { queue } = queueOn(redis, "many");
    expect((await queue.getJobs()).map(({ name }) => name).sort()).toEqual([...stepNames].sort());
  });
});

const away = { reason: { code: "no_redis", message: expect.stringContaining("does not answer; start it") } };

test("who asks for a run while Redis is away is told so, also by a service that started without it", async () => {
  onTestFinished(() => redis.start());
  const { data, run } = begunRun(root, "without", { asked: true });
  await redis.kill();
  const { requests } = serviceOn(redis, "without", data, neverEnding, { works: false });
  expect(await inTime(Promise.allSettled([requests.resume(run), requests.depth()]))).toMatchObject([away, away]);
});

test("who asks as Redis dies is told that it is away", async () => {
  onTestFinished(() => redis.start());
  const { data, run } = begunRun(root, "dies", { asked: true });
  const { requests } = serviceOn(redis, "dies", data, neverEnding, { works: false });
  await requests.depth();
  redis.pause(60);
  const answers = Promise.allSettled([requests.resume(run), requests.depth()]);
  expect(await inTime(answers, 0.1)).toBe("still waiting");
  await redis.kill();
  expect(await inTime(answers)).toMatchObject([away, away]);
});

test("who asks for a run and waits for a worker is told when Redis dies meanwhile", async () => {
  onTestFinished(() => redis.start());
  const { queue } = queueOn(redis, "waits");
  const unheard = vi.spyOn(console, "error");
  onTestFinished(() => unheard.mockRestore());
  const asked = askForRun({ redisUrl: redis.url, prefix: "waits", waitSeconds: 5 }, "nightly", "2026-01-01").catch((error) => error);
  await until("it is on the queue", async () => (await queue.getWaitingCount()) === 1);
  await redis.kill();
  expect(await inTime(asked)).toMatchObject(away.reason);
  expect(unheard).not.toHaveBeenCalled();
});

test("who asks for a run that no worker can begin is told why", async () => {
  const { data } = begunRun(root, "empty");
  serviceOn(redis, "empty", data, neverEnding);
  const { queue } = queueOn(redis, "empty");
  const asked = askForRun({ redisUrl: redis.url, prefix: "empty", waitSeconds: 60 }, "nightly", "2026-01-01").catch((error) => error);
  let answer: unknown;
  void asked.then((error) => {
    answer = error;
  });
  await until("the answer comes", async () => {
    for (const job of await queue.getDelayed()) await job.promote();
    return answer !== undefined;
  });
  expect(answer).toMatchObject({ code: "not_begun", message: expect.stringMatching(/^the run could not be begun: .*load data first/) });
});

test("a claim on a run ends by itself when who has it died", async () => {
  const connection = connectRedis(redis.url, { blocking: false });
  onTestFinished(() => connection.disconnect());
  const { claim } = openRunQueue(connection, "claimed");
  expect([await claim("a run"), await claim("a run")]).toEqual([true, false]);
  const claims = (await connection.keys("claimed:*")).filter((key) => key.endsWith("a run"));
  expect(await Promise.all(claims.map(async (key) => (await connection.pttl(key)) > 0))).toEqual([true]);
});

describe("jobs on the queue", () => {
  test("are tried again and trimmed, whoever puts them there", async () => {
    const { data, run } = begunRun(root, "options");
    const { requests } = serviceOn(redis, "options", data, neverEnding, { works: false, schedules: true });
    const { queue } = queueOn(redis, "options");
    await requests.resume(run);
    const asked = askForRun({ redisUrl: redis.url, prefix: "options", waitSeconds: 0.1 }, "nightly", "2026-01-01");
    expect(await inTime(asked)).toEqual({ job: expect.any(String), requested: null });
    await until("the schedule is there", async () => (await queue.getDelayedCount()) === 1);
    const jobs = await queue.getJobs();
    expect(jobs.map(({ name }) => name).sort()).toEqual(["begin", "begin", ...stepNames].sort());
    for (const { opts } of jobs)
      expect(opts).toMatchObject({
        attempts: 4,
        backoff: { type: "exponential", delay: 2000 },
        removeOnComplete: { age: 7 * 24 * 60 * 60, count: 1000 },
        removeOnFail: { age: 30 * 24 * 60 * 60, count: 1000 },
      });
  });

  test("are kept to the last thousand that finished and the last thousand that failed", async () => {
    const { data, run } = begunRun(root, "trimmed");
    const { requests } = serviceOn(redis, "trimmed", data, async (_place, _run, step) => {
      if (step === "publish") throw new UserError("inputs_changed", "for good");
    });
    const { queue } = queueOn(redis, "trimmed");
    const many = (step: string) =>
      queue.addBulk(Array.from({ length: 1005 }, () => ({ name: step, data: { kind: "step", run, step, last: false } as const })));
    await many("check");
    await many("publish");
    await until("all are done", async () => Object.values({ ...(await requests.depth()), failed: 0 }).every((count) => count === 0));
    expect(await queue.getJobCounts("completed", "failed")).toEqual({ completed: 1000, failed: 1000 });
  });
});

test("two processes that keep the schedules at once leave one job for each moment, at the hour of the deployment's time zone", async () => {
  const [first, second] = [queueOn(redis, "schedules"), queueOn(redis, "schedules")];
  const deployment = projectFile("models/deployment.yaml");
  const said = await Promise.all([first, second, first].map((runQueue) => schedulePipelines(runQueue, deployment)));
  expect(await first.queue.getJobSchedulersCount()).toBe(1);
  expect((await first.queue.getDelayed()).map((job) => job.data)).toEqual([{ kind: "begin", pipeline: "nightly", as_of: null }]);
  const next = new Date(said[0]?.[0]?.next ?? "");
  expect(next.toLocaleTimeString("en-GB", { timeZone: "Asia/Almaty" })).toBe("02:00:00");
});

test("a run that was scheduled long before is as of the day on which it is due", async () => {
  const data = dataDirectory(join(root, "long before"));
  await enterLoad(data);
  const { queue } = queueOn(redis, "long before");
  const begin: RunJob = { kind: "begin", pipeline: "nightly", as_of: null };
  await queue.upsertJobScheduler("nightly", { pattern: "0 2 1 1 *", tz: "Asia/Almaty" }, { name: "begin", data: begin });
  const newYear = new Date((await queue.getJobScheduler("nightly"))?.next ?? 0);
  for (const job of await queue.getDelayed()) await job.promote();
  const days = new Set<string>();
  serviceOn(redis, "long before", data, async (_place, run) => void days.add(readManifest(join(data.runs, run)).as_of));
  await until("the run has begun", () => days.size > 0);
  expect([...days]).toEqual([`${newYear.toLocaleDateString("sv", { timeZone: "Asia/Almaty", year: "numeric" })}-01-01`]);
});

test("a scheduled run is as of the day in the deployment's time zone on which it was due", async () => {
  const data = dataDirectory(join(root, "due"));
  await enterLoad(data);
  const { queue } = queueOn(redis, "due");
  await queue.add("begin", { kind: "begin", pipeline: "nightly", as_of: null }, { timestamp: Date.parse("2025-12-31T19:30:00Z") });
  const worked: string[] = [];
  serviceOn(redis, "due", data, async (_place, run, step) => void worked.push(`${readManifest(join(data.runs, run)).as_of} ${step}`));
  await until("the run is done", () => worked.length === stepNames.length);
  expect(worked).toEqual(stepNames.map((step) => `2026-01-01 ${step}`));
});
