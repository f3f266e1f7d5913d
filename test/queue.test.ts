import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resolveChampion } from "../src/cases/promotions.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { askForRun } from "../src/queue/ask.ts";
import { type LedgerEvent, readLedger, readReceipt, runIds } from "../src/runs/ledger.ts";
import { stateOf } from "../src/runs/requests.ts";
import { workStep } from "../src/runs/work.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { inTime, until as untilIn } from "./support/in-time.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { queueOn, serviceOn, serviceParts, stepNames } from "./support/queue.ts";
import { startRedis, type TestRedis } from "./support/redis.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
let loaded: string;
let undisturbed: string;
let run: string;
let redis: TestRedis;
let postgres: TestPostgres;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  ({ loaded, undisturbed, run } = await undisturbedRun());
});
afterEach(() => {
  for (const started of processes.splice(0)) started.kill("SIGKILL");
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

/** Starts `aldyn worker` and waits for nothing: where the process is the point. */
function startWorker(data: string, environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const words = ["worker", "--data", data, "--threads", "1", "--stalled-after", "1"];
  const worker = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), ...words], {
    env: { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url, ALDYN_QUEUE_PREFIX: prefix, ...environment },
    stdio: "ignore",
  });
  processes.push(worker);
  return worker;
}
const prefix = "test";
/** A service in this process, that works on steps as they are in production: in processes of their own. */
function serve(data: string, part: { works: boolean; schedules: boolean } = { works: true, schedules: false }) {
  const place = dataDirectory(data);
  const options = { ...serviceParts(place).options, champion: (isSynthetic: boolean) => resolveChampion(undefined, place, isSynthetic) };
  return serviceOn(redis, prefix, place, workStep, { options, tendEverySeconds: 1, ...part });
}

/** Steps that are worked on in earnest take their time. */
const until = (what: string, isSo: () => boolean | Promise<boolean>) => untilIn(what, isSo, 300);
const ask = () => askForRun({ redisUrl: redis.url, prefix, waitSeconds: 120 }, "nightly", asOf);
/** Asks for the run and waits for no answer: what happens to a step as soon as it begins must not come too late. */
const askInPassing = () => queueOn(redis, prefix).queue.add("begin", { kind: "begin", pipeline: "nightly", as_of: asOf });
const eventsOf = (data: string): LedgerEvent[] => (existsSync(join(data, "runs", run)) ? readLedger(join(data, "runs", run)) : []);
const startsOf = (data: string, step: string) =>
  eventsOf(data).filter((event) => event.event === "step_started" && event.step === step).length;
const untilBegan = (data: string, step: string) => until(`${step} began`, () => startsOf(data, step) > 0);
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

test("a worker is killed together with the step's process in the middle of each step in turn: others go on, and the run equals an undisturbed one", async () => {
  const data = freshData("killed");
  const killed = join(root, "killed-steps");
  mkdirSync(killed);
  const doomed = { NODE_OPTIONS: `--import ${projectFile("test/support/kill-in-step.mjs")}`, KILLED_STEPS: killed };
  let ended = once(startWorker(data, doomed), "exit");
  const asked = await ask();
  expect(asked.requested).toEqual({ run_id: run, state: "requested" });
  for (const step of stepNames) {
    expect(await inTime(ended, 300), step).toEqual([null, "SIGKILL"]);
    expect([startsOf(data, step), readReceipt(join(data, "runs", run), step)], step).toEqual([1, undefined]);
    expect(readdirSync(join(data, "runs", run, `${step}.partial`)), step).not.toEqual([]);
    ended = once(startWorker(data, doomed), "exit");
  }
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(stepNames.map((step) => startsOf(data, step))).toEqual(stepNames.map(() => 2));
});

test("Redis dies in the middle of a step and comes back empty: the run is put back from its ledger and equals an undisturbed one", async () => {
  const data = freshData("redis-dies", "explain");
  const { said } = serve(data);
  await askInPassing();
  await untilBegan(data, "explain");
  await redis.kill();
  await until("the loss is said", () => said.join().includes("does not answer"));
  await redis.start();
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(said.join()).toContain("put back from its ledger");
});

test("after FLUSHALL an unfinished run is put back, also by a process that only schedules", async () => {
  const data = freshData("flushed", "explain");
  const worker = startWorker(data);
  await askInPassing();
  await untilBegan(data, "explain");
  worker.kill("SIGKILL");
  redis.flush();
  const { said } = serve(data, { works: false, schedules: true });
  await until("the run is put back", () => said.join().includes("put back from its ledger"));
  serve(data);
  await untilFinished(data);
  await expectUndisturbed(data);
});

test("two workers and three askers at once make one run, each step done once", async () => {
  const data = freshData("two", "rules");
  serve(data);
  serve(data);
  const asked = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(asked.map((each) => each.requested?.run_id))).toEqual(new Set([run]));
  await untilFinished(data);
  await expectUndisturbed(data);
  const before = stepNames.indexOf("rules");
  expect(stepNames.map((step) => startsOf(data, step))).toEqual(stepNames.map((_, place) => (place < before ? 0 : 1)));
});

test("a worker that is told to stop ends the step under way first, and another goes on", async () => {
  const data = freshData("stopped", "explain");
  const worker = startWorker(data);
  await askInPassing();
  await untilBegan(data, "explain");
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGTERM");
  expect(await inTime(ended, 120)).toBe(0);
  expect(readReceipt(join(data, "runs", run), "explain")).toBeDefined();
  expect(startsOf(data, "publish")).toBe(0);
  serve(data);
  await untilFinished(data);
  await expectUndisturbed(data);
  expect(startsOf(data, "explain")).toBe(1);
});

test("a step that fails for good fails its run; asked for again it goes on from there", async () => {
  const data = freshData("failing", "publish");
  writeFileSync(join(data, "published"), "a file where a directory belongs");
  serve(data);
  const { queue } = queueOn(redis, prefix);
  await ask();
  await until("the run failed", async () => {
    for (const job of await queue.getDelayed()) await job.promote();
    return stateOf(dataDirectory(data), run) === "failed";
  });
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
  await putEmptyStore(dataDirectory(data));
  const server = spawn(
    process.execPath,
    [projectFile("src/cli/aldyn.js"), "serve", "--insecure-local", "--port", "0", "--data", data, "--json"],
    {
      env: { ...process.env, REDIS_URL: redis.url, DATABASE_URL: "", ALDYN_QUEUE_PREFIX: prefix },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  processes.push(server);
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
  expect(await queueOn(redis, prefix).queue.getJobSchedulersCount()).toBe(1);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  expect(await inTime(ended, 60)).toBe(0);
  await expectUndisturbed(data);
});

test("without Redis or PostgreSQL a command says what to start or set", async () => {
  expect(await inTime(aldyn(["worker", "--data", loaded], { REDIS_URL: redis.url, DATABASE_URL: "" }))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("DATABASE_URL"),
  });
  expect(await inTime(aldyn(["worker", "--data", loaded], { REDIS_URL: "", DATABASE_URL: postgres.url }))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("REDIS_URL"),
  });
  const asked = await inTime(
    aldyn(["run", "nightly", "--queue", "--as-of", asOf, "--data", loaded], { REDIS_URL: "redis://user:secret@127.0.0.1:1" }),
  );
  expect(asked).toMatchObject({ status: 1, stderr: expect.stringContaining("Redis at 127.0.0.1:1 does not answer") });
  expect(JSON.stringify(asked)).not.toContain("secret");
});
