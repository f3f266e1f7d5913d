import { type ChildProcess, fork } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { beginRun } from "../src/runs/begin-run.ts";
import { readLedger, readReceipt } from "../src/runs/ledger.ts";
import { withRunLock } from "../src/runs/lock.ts";
import { pipelineNamed } from "../src/runs/pipelines.ts";
import { pullAndRequest } from "../src/runs/requests-after-pull.ts";
import type { RunOptions } from "../src/runs/run-parts.ts";
import type { Task, TaskMessage } from "../src/runs/task.ts";
import { doTask } from "../src/runs/task-process.ts";
import { workStep } from "../src/runs/work.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openKnown, openWarehouseToWrite } from "../src/warehouse/warehouse.ts";
import { inTime, until } from "./support/in-time.ts";
import { loadWithPlaces } from "./support/ingest.ts";
import { begunRun, serviceParts } from "./support/queue.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const deploymentFile = join(root, "models/deployment.yaml");
const sample = projectFile("data-samples/registry-csv/source.yaml");
const { options, place } = serviceParts(data);
let days = 0;

beforeAll(async () => {
  cpSync(projectFile("models"), join(root, "models"), { recursive: true });
  cpSync(projectFile("data-samples/kazakhstan"), join(root, "data-samples/kazakhstan"), { recursive: true });
  await loadWithPlaces(data, projectFile("data-samples/kazakhstan/kato.csv"), sample);
});

/** The first step of a run of its own, and what its ledger says. */
async function newTask(): Promise<{ task: Task; directory: string; starts(): number }> {
  days += 1;
  const asOf = `2026-02-${String(days).padStart(2, "0")}`;
  const { id, directory } = await beginRun({ ...options, deploymentFile, asOf } as RunOptions, pipelineNamed("nightly"));
  return {
    task: { kind: "step", place: { ...place, deploymentFile }, run: id, step: "check" },
    directory,
    starts: () => readLedger(directory).filter(({ event }) => event === "step_started").length,
  };
}

/** A task's process as this one would start it, and what it has said. */
function start(task: Task): { child: ChildProcess; said: TaskMessage["kind"][]; ended: Promise<(number | string | null)[]> } {
  const child = fork(projectFile("src/domain/start.js"), ["src/runs/task-child.ts"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  children.push(child);
  const said: TaskMessage["kind"][] = [];
  child.on("message", ({ kind }: TaskMessage) => said.push(kind));
  child.send(task);
  return { child, said, ended: once(child, "exit") };
}
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Who holds the run lock, once that is written down whole. */
function lockHolder(): { pid: number; doing: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(data.root, "run-lock.json"), "utf8"));
  } catch {
    return undefined;
  }
}

/** Waits as long as a task's process takes here to get ready. */
async function aProcessStarts(): Promise<void> {
  const { said, ended } = start({ kind: "pull", place: { ...place, deploymentFile }, source: join(root, "missing.yaml") });
  await ended;
  expect(said).toEqual(["working", "failed"]);
}

/** Holds the warehouse, so that a step that has the run lock cannot go on, while `work` is done. */
async function whileHeld(work: () => Promise<void>): Promise<void> {
  const held = await openWarehouseToWrite(data);
  await work().finally(() => held.close());
}

test("of two processes that were given one step, one does it while the other waits and finds it finished", async () => {
  const { task, directory, starts } = await newTask();
  const both = [start(task), start(task)];
  const words = () => both.flatMap(({ said }) => said);
  await whileHeld(async () => {
    await until("one is working", () => words().includes("working"));
    // The other was started at the same moment.
    await sleep(1000);
    expect(words()).toEqual(["working"]);
  });
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(words().filter((kind) => kind === "stepped")).toHaveLength(2);
  expect([starts(), readReceipt(directory, "check")]).toEqual([1, expect.anything()]);
});

test("a task ends with the process that started it, and leaves the step undone", async () => {
  const { task, starts } = await newTask();
  const { child, said, ended } = start(task);
  let end: unknown;
  await whileHeld(async () => {
    await until("it is working", () => said.includes("working"));
    child.disconnect();
    void ended.then((how) => {
      end = how;
    });
    await until("it has ended", () => end !== undefined);
  });
  expect([end, starts()]).toEqual([[1, null], 0]);
});

test("signals to the whole group do not end a task: who started it decides", async () => {
  const { task, directory } = await newTask();
  const { child, said, ended } = start(task);
  await whileHeld(async () => {
    await until("it is working", () => said.includes("working"));
    child.kill("SIGTERM");
    child.kill("SIGINT");
    await sleep(100);
  });
  expect(await ended).toEqual([0, null]);
  expect(readReceipt(directory, "check")).toBeDefined();
});

test("a task is stopped at its time limit, which counts from when it has the data directory to itself", async () => {
  const { task, starts } = await newTask();
  let isAlone = false;
  await whileHeld(async () => {
    let outcome: Promise<unknown> = Promise.resolve();
    await withRunLock(data, "a test", "2026-01-01T00:00:00.000Z", async () => {
      outcome = doTask(task, { timeLimitSeconds: 0.2 }).then(
        () => "done",
        (error) => [error.code, error.message, isAlone],
      );
      for (const _ of [1, 2]) await aProcessStarts();
      isAlone = true;
    });
    expect(await inTime(outcome)).toEqual([
      "too_slow",
      expect.stringMatching(/^step check of run .* took longer than its limit of 0.2 s$/),
      true,
    ]);
  });
  expect(starts()).toBe(0);
});

test("a task is stopped when who asked for it says so; one whose process is killed is said to have died", async () => {
  const { task, starts } = await newTask();
  const stopping = new AbortController();
  await whileHeld(async () => {
    const stopped = doTask(task, { timeLimitSeconds: 60, signal: stopping.signal }).catch((error) => error);
    stopping.abort();
    expect(await inTime(stopped)).toMatchObject({ code: "stopped" });
    const killed = doTask(task, { timeLimitSeconds: 60 }).catch((error) => error);
    await until("it holds the run lock", () => task.kind === "step" && lockHolder()?.doing === `check of run ${task.run}`);
    process.kill(lockHolder()?.pid as number, "SIGKILL");
    expect(await inTime(killed)).toMatchObject({ code: "task_died", message: expect.stringContaining("its process ended (SIGKILL)") });
  });
  expect(starts()).toBe(0);
});

test("a task tells how far it is", async () => {
  const { task } = await newTask();
  const shares: number[] = [];
  const { signal } = new AbortController();
  await doTask(task, { timeLimitSeconds: 60, signal, onMoved: (share) => shares.push(share) });
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  // One signal stops many tasks: those that have ended no longer hear it.
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a step refuses to run on other rules than its run was begun on", async () => {
  const { task, starts } = await newTask();
  appendFileSync(join(root, "models/rules/rent-burden.yaml"), "# another\n");
  await expect(doTask(task, { timeLimitSeconds: 60 })).rejects.toMatchObject({ code: "inputs_changed" });
  expect(starts()).toBe(0);
});

test("sources are pulled before a run is asked for; one that fails stops neither the others nor the run, and its ledger says so", async () => {
  const { data: fresh, run, directory } = begunRun(root, "pulled");
  const pulling = join(root, "models/pulling.yaml");
  const missing = join(root, "missing.yaml");
  writeFileSync(pulling, readFileSync(deploymentFile, "utf8").replace("sources: []", `sources: [${missing}, ${sample}]`));
  const parts = serviceParts(fresh);
  const loads: unknown[] = [];
  const requested = await pullAndRequest(
    {
      options: { ...parts.options, deploymentFile: pulling },
      place: { ...parts.place, deploymentFile: pulling },
      requests: {
        async request() {
          const session = await openKnown(fresh);
          loads.push(...(await session.rows("select table_name from load order by load_id")));
          session.close();
          return { run_id: run, state: "requested" };
        },
      },
    },
    { pipeline: "nightly", asOf: "2026-01-01" },
    new AbortController().signal,
  );
  expect(requested.run_id).toBe(run);
  expect(loads).toHaveLength(3);
  expect(readLedger(directory)).toMatchObject([
    { event: "source_failed", source: missing, error: expect.stringContaining(missing) },
    { event: "source_pulled", source: sample },
  ]);
});

test("a pull that is stopped pulls no more and asks for no run", async () => {
  const fresh = dataDirectory(join(root, "stopped"));
  const pulling = join(root, "models/stopping.yaml");
  writeFileSync(pulling, readFileSync(deploymentFile, "utf8").replace("sources: []", `sources: [${sample}]`));
  const parts = serviceParts(fresh);
  const asked = pullAndRequest(
    {
      options: { ...parts.options, deploymentFile: pulling },
      place: { ...parts.place, deploymentFile: pulling },
      requests: { request: () => Promise.reject(new Error("asked for a run")) },
    },
    { pipeline: "nightly", asOf: "2026-01-01" },
    AbortSignal.abort(),
  );
  await expect(asked).rejects.toMatchObject({ code: "stopped" });
  expect(existsSync(fresh.root)).toBe(false);
});

test("a step that has finished is not given a process again, but for the last, with which the run ends", async () => {
  const { run, directory } = begunRun(root, "finished-steps");
  for (const step of ["check", "monitor"]) {
    mkdirSync(join(directory, step));
    writeFileSync(join(directory, step, "step.json"), JSON.stringify({ counts: {}, files: {} }));
  }
  const work = (step: string) =>
    workStep({ ...place, data: join(root, "finished-steps"), deploymentFile: join(root, "absent.yaml") }, run, step, {
      timeLimitSeconds: 60,
    });
  await expect(work("check")).resolves.toBeUndefined();
  await expect(work("monitor")).rejects.toThrow("absent.yaml");
});
