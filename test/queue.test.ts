import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { askForRun } from "../src/queue/ask.ts";
import { connectRedis } from "../src/queue/connection.ts";
import { openRunQueue } from "../src/queue/run-queue.ts";
import { type LedgerEvent, readLedger, readReceipt, runIds } from "../src/runs/ledger.ts";
import { stateOf } from "../src/runs/requests.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { startRedis, type TestRedis } from "./support/redis.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
let loaded: string;
let undisturbed: string;
const stepNames = nightly.steps.map((step) => step.name);
let run: string;
let redis: TestRedis;
let postgres: TestPostgres;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  ({ loaded, undisturbed, run } = await undisturbedRun());
});
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
  redis.flush();
});
afterAll(() => Promise.all([redis.stop(), postgres.stop()]));

/** A data directory of its own, loaded like the undisturbed one; the run's steps before `from` have finished there. */
function freshData(name: string, from = "check"): string {
  const data = join(root, name);
  cpSync(loaded, data, { recursive: true });
  for (const step of stepNames.slice(0, stepNames.indexOf(from)))
    cpSync(join(undisturbed, "runs", run, step), join(data, "runs", run, step), { recursive: true });
  return data;
}

/** Starts a process of the service and keeps what it says. */
function start(command: "worker" | "schedule", data: string, ...words: string[]): ChildProcess & { said: string } {
  const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), command, "--data", data, "--threads", "1", ...words], {
    env: { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url, ALDYN_QUEUE_PREFIX: "test" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const heard = Object.assign(child, { said: "" });
  child.stderr?.on("data", (chunk: Buffer) => {
    heard.said += chunk.toString();
  });
  workers.push(child);
  return heard;
}
const startWorker = (data: string) => start("worker", data, "--stalled-after", "2");

const ask = () => askForRun({ redisUrl: redis.url, prefix: "test", waitSeconds: 120 }, "nightly", asOf);
const eventsOf = (data: string): LedgerEvent[] => (existsSync(join(data, "runs", run)) ? readLedger(join(data, "runs", run)) : []);
const startsOf = (data: string, step: string) =>
  eventsOf(data).filter((event) => event.event === "step_started" && event.step === step).length;

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    if (waited > 300_000) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const untilFinished = (data: string) => until("the run finished", () => stateOf(dataDirectory(data), run) === "finished");

/** One published run, and every file of every step as in the undisturbed one. */
async function expectUndisturbed(data: string): Promise<void> {
  const receipts = (place: string) => stepNames.map((step) => readReceipt(join(dataDirectory(place).runs, run), step));
  expect(runIds(dataDirectory(data))).toEqual([run]);
  expect(receipts(data)).toEqual(receipts(undisturbed));
  expect(receipts(data)).not.toContain(undefined);
  const list = (place: string) => aldynJson<object>(["list", "show", "--data", place, "--limit", "5"]);
  expect(await list(data)).toEqual(await list(undisturbed));
}

test("a worker whose process is killed in each step in turn: others go on, and the run equals an undisturbed one", async () => {
  const data = freshData("killed");
  let worker = startWorker(data);
  const asked = await ask();
  expect(asked.requested).toEqual({ run_id: run, state: "requested" });
  for (const step of stepNames) {
    await until(`${step} began`, () => startsOf(data, step) > 0);
    worker.kill("SIGKILL");
    worker = startWorker(data);
  }
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(stepNames.filter((step) => startsOf(data, step) > 1).length).toBeGreaterThan(3);
});

test("Redis dies in the middle of a step and comes back empty: the run is put back from its ledger and equals an undisturbed one", async () => {
  const data = freshData("redis-dies", "explain");
  const worker = startWorker(data);
  await ask();
  await until("explain began", () => startsOf(data, "explain") > 0);
  await redis.kill();
  await until("the loss is said", () => worker.said.includes("does not answer"));
  await redis.start();
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(worker.said).toContain("put back from its ledger");
});

test("after FLUSHALL an unfinished run is put back, also by a process that only schedules", async () => {
  const data = freshData("flushed", "explain");
  const worker = startWorker(data);
  await ask();
  await until("explain began", () => startsOf(data, "explain") > 0);
  worker.kill("SIGKILL");
  redis.flush();
  const scheduler = start("schedule", data);
  await until("the run is put back", () => scheduler.said.includes("put back from its ledger"));
  startWorker(data);
  await untilFinished(data);
  await expectUndisturbed(data);
});

test("two workers and three askers at once make one run, each step done once", async () => {
  const data = freshData("two", "rules");
  startWorker(data);
  startWorker(data);
  const asked = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(asked.map((each) => each.requested?.run_id))).toEqual(new Set([run]));
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(stepNames.map((step) => startsOf(data, step))).toEqual([0, 0, 0, 1, 1, 1, 1]);
});

test("a worker that is told to stop ends the step under way first, and another goes on", async () => {
  const data = freshData("stopped", "explain");
  const worker = startWorker(data);
  await ask();
  await until("explain began", () => startsOf(data, "explain") > 0);
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(readReceipt(join(data, "runs", run), "explain")).toBeDefined();
  expect(startsOf(data, "publish")).toBe(0);
  startWorker(data);
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(startsOf(data, "explain")).toBe(1);
});

test("a step that fails for good fails its run: no later step waits, and asked for again it goes on from there", async () => {
  const data = freshData("failing", "publish");
  writeFileSync(join(data, "published"), "a file where a directory belongs");
  startWorker(data);
  await ask();
  await until("the run failed", () => stateOf(dataDirectory(data), run) === "failed");
  const connection = connectRedis(redis.url, { blocking: false });
  const { queue, flows } = openRunQueue(connection, "test");
  expect(await queue.getJobCounts("waiting", "active", "delayed", "waiting-children")).toEqual({
    waiting: 0,
    active: 0,
    delayed: 0,
    "waiting-children": 0,
  });
  await Promise.all([queue.close(), flows.close()]);
  connection.disconnect();
  expect(eventsOf(data).find((event) => event.event === "run_failed")).toMatchObject({ step: "publish" });
  expect(startsOf(data, "publish")).toBe(4);

  rmSync(join(data, "published"));
  expect((await ask()).requested).toEqual({ run_id: run, state: "requested" });
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(startsOf(data, "publish")).toBe(5);
});

test("with Redis alone aldyn serve keeps the schedule and works on the queue itself", async () => {
  const data = freshData("serve", "publish");
  const server = spawn(
    process.execPath,
    [projectFile("src/cli/aldyn.js"), "serve", "--insecure-local", "--port", "0", "--data", data, "--json"],
    {
      env: { ...process.env, REDIS_URL: redis.url, DATABASE_URL: "", ALDYN_QUEUE_PREFIX: "test" },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  workers.push(server);
  let printed = "";
  server.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await until("the server says where it is", () => printed.trimEnd().endsWith("}"));
  const { url, store } = JSON.parse(printed) as { url: string; store: string };
  expect(store).toBe("pglite");
  const reply = await fetch(`${url}/v1/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "nightly", as_of: asOf }),
  });
  expect(reply.status).toBe(202);
  expect(await reply.json()).toMatchObject({ run_id: run });
  await untilFinished(data);
  const lists = (await (await fetch(`${url}/v1/lists?limit=1`)).json()) as { items: unknown[] };
  expect(lists.items.length).toBe(1);
  const connection = connectRedis(redis.url, { blocking: false });
  const { queue, flows } = openRunQueue(connection, "test");
  expect(await queue.getJobSchedulersCount()).toBe(1);
  await Promise.all([queue.close(), flows.close()]);
  connection.disconnect();
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  expect(await ended).toBe(0);
  await expectUndisturbed(data);
});

test("without Redis or PostgreSQL a command says what to start or set", async () => {
  expect(await aldyn(["worker", "--data", loaded], { REDIS_URL: redis.url, DATABASE_URL: "" })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("DATABASE_URL"),
  });
  expect(await aldyn(["worker", "--data", loaded], { REDIS_URL: "", DATABASE_URL: postgres.url })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("REDIS_URL"),
  });
  const asked = await aldyn(["run", "nightly", "--queue", "--as-of", asOf, "--data", loaded], {
    REDIS_URL: "redis://user:secret@127.0.0.1:1",
  });
  expect(asked).toMatchObject({ status: 1, stderr: expect.stringContaining("Redis at 127.0.0.1:1 does not answer") });
  expect(asked.stderr).not.toContain("secret");
});
