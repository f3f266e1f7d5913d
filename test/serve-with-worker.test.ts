import { type ChildProcess, spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { startPostgres, type TestPostgres } from "./support/postgres.ts";
import { startRedis, type TestRedis } from "./support/redis.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = join(root, "data");
const started: ChildProcess[] = [];
let redis: TestRedis;
let postgres: TestPostgres;
let shownFirst: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const { undisturbed, run } = await undisturbedRun();
  cpSync(undisturbed, data, { recursive: true });
  shownFirst = run;
});
afterAll(async () => {
  for (const process of started) process.kill("SIGKILL");
  await Promise.all([redis.stop(), postgres.stop()]);
});

/** Starts a process of the service; waits for its address when it serves. */
async function start(words: string[]): Promise<string> {
  const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), ...words, "--data", data], {
    env: { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url },
    stdio: ["ignore", "pipe", "ignore"],
  });
  started.push(child);
  if (words[0] !== "serve") return "";
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const url = /"url": "(.*)"/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`aldyn serve ended: ${said}`);
}

test("a run is asked for, a worker of its own does it, its events tell of it, and fifty readers see the new list without a failed request", async () => {
  const [url] = await Promise.all([
    start(["serve", "--insecure-local", "--port", "0", "--json", "--requests-per-minute", "1000000"]),
    start(["worker", "--threads", "1"]),
  ]);
  const listsOf = async () =>
    ((await (await fetch(`${url}/v1/lists?limit=500`)).json()) as { items: { list_id: string; run_id: string; is_current: boolean }[] })
      .items;
  const seen = new Set<string>();
  const statuses = new Map<number, number>();
  let isOver = false;
  const reader = async () => {
    while (!isOver) {
      const current = (await listsOf()).find((list) => list.is_current);
      const reply = await fetch(`${url}/v1/lists/${current?.list_id}/entries?limit=50`);
      await reply.arrayBuffer();
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (current !== undefined) seen.add(current.run_id);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const readers = Array.from({ length: 50 }, reader);
  const asked = await fetch(`${url}/v1/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "nightly", as_of: "2025-12-01" }),
  });
  expect(asked.status).toBe(202);
  const place = asked.headers.get("location") as string;
  const asksFor = place.split("/").at(-1) as string;
  const events = [...(await (await fetch(`${url}${place}/events`)).text()).matchAll(/event: (\w+)/g)].map(([, name]) => name);
  expect(events.filter((name) => name === "step_finished")).toHaveLength(nightly.steps.length);
  expect(events.at(-1)).toBe("run_finished");
  while (!seen.has(asksFor)) await new Promise((resolve) => setTimeout(resolve, 50));
  isOver = true;
  await Promise.all(readers);
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(seen).toEqual(new Set([shownFirst, asksFor]));
});
