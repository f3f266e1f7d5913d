import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedLists, publishedFile, publishedListsFile, showRun } from "../src/lists/published.ts";
import { publishedRuns } from "../src/queries/published-runs.ts";
import { openSessionPool } from "../src/queries/session-pool.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { families, listedAsOf } from "./support/listed-families.ts";
import { calm, type ListedRun, listedRun } from "./support/listed-run.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let first: ListedRun;
let second: ListedRun;
beforeAll(async () => {
  first = await listedRun(join(root, "first"), listedAsOf, families);
  second = await listedRun(join(root, "second"), "2026-10-02", [
    ...families,
    { name: "newcomer", features: { ...calm, map_level_e: true } },
  ]);
  for (const fileOf of [publishedFile, publishedListsFile]) cpSync(fileOf(second.data, second.id), fileOf(first.data, second.id));
  cpSync(second.runDirectory, join(first.data.runs, second.id), { recursive: true });
  for (const { id, manifest } of [first, second]) writeFileSync(join(first.data.runs, id, "manifest.json"), JSON.stringify(manifest));
});

/** Whether this process holds a run's file open. */
function isOpen(run: string): boolean {
  return readdirSync("/proc/self/fd").some((handle) => {
    try {
      return readlinkSync(`/proc/self/fd/${handle}`).endsWith(`${run}.duckdb`);
    } catch {
      return false;
    }
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

describe("the run that is shown", () => {
  test("has its lists from the moment it is shown, also while its last step is being ended", () => {
    const ending = join(first.data.runs, second.id);
    renameSync(ending, `${ending}.away`);
    const runs = publishedRuns({ data: first.data, now: () => new Date(0), sessions: 1 });
    showRun(first.data, second.id);
    expect(new Set(runs.lists().map(({ run_id, is_current }) => `${run_id} ${is_current}`))).toEqual(
      new Set([`${first.id} false`, `${second.id} true`]),
    );
    renameSync(`${ending}.away`, ending);
  });

  test("is the one that a list shared with another run is listed under", () => {
    const data = dataDirectory(join(root, "shared"));
    cpSync(first.data.published, data.published, { recursive: true });
    const lists = readFileSync(publishedListsFile(data, first.id), "utf8");
    for (const id of ["0".repeat(32), "f".repeat(32)]) {
      cpSync(publishedFile(data, first.id), publishedFile(data, id));
      writeFileSync(publishedListsFile(data, id), lists.replace(first.id, id));
    }
    for (const id of ["0".repeat(32), "f".repeat(32), first.id]) {
      showRun(data, id);
      const shown = publishedRuns({ data, now: () => new Date(0), sessions: 1 }).lists();
      const ofFirst = shown.filter(({ as_of }) => as_of === listedAsOf);
      expect(ofFirst.map(({ run_id, is_current }) => [run_id, is_current])).toEqual(ofFirst.map(() => [id, true]));
      expect(ofFirst).toHaveLength(Object.keys((JSON.parse(lists) as PublishedLists).lists).length);
    }
  });

  test("is taken up within a second; the one before stays open for as long as somebody reads it", async () => {
    showRun(first.data, first.id);
    let clock = 0;
    const runs = publishedRuns({ data: first.data, now: () => new Date(clock), sessions: 1, mostOlder: 0 });
    const idOf = () => runs.withCurrent(async ({ id }) => id);
    expect(await idOf()).toBe(first.id);
    let end = () => {};
    const reading = runs.withCurrent(async (run) => {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return run.read((session) => session.value<number>("select count(*)::integer from entries"));
    });
    showRun(first.data, second.id);
    clock = 999;
    expect(await idOf()).toBe(first.id);
    clock = 1000;
    expect([first.id, second.id]).toContain(await idOf());
    await until(() => isOpen(second.id));
    while ((await idOf()) !== second.id) await sleep(10);
    expect(isOpen(first.id)).toBe(true);
    end();
    expect(await reading).toBe(4);
    await until(() => !isOpen(first.id));
    await runs.close();
    expect(isOpen(second.id)).toBe(false);
  });

  test("goes on when the next one cannot be opened", async () => {
    showRun(first.data, first.id);
    let clock = 0;
    const runs = publishedRuns({ data: first.data, now: () => new Date(clock), sessions: 1 });
    const idOf = () => runs.withCurrent(async ({ id }) => id);
    expect(await idOf()).toBe(first.id);
    writeFileSync(publishedFile(first.data, "0".repeat(32)), "no database");
    showRun(first.data, "0".repeat(32));
    for (clock = 1000; clock < 20_000; clock += 1000) expect(await idOf()).toBe(first.id);
    showRun(first.data, second.id);
    clock += 1000;
    while ((await idOf()) !== second.id) await sleep(10);
    await runs.close();
  });

  test("no more older runs are held open than allowed", async () => {
    showRun(first.data, second.id);
    const runs = publishedRuns({ data: first.data, now: () => new Date(), sessions: 1, mostOlder: 0 });
    await runs.withCurrent(async () => undefined);
    expect(await runs.withRun(first.id, async ({ frame }) => frame.meta.as_of)).toBe(listedAsOf);
    await until(() => !isOpen(first.id));
    await expect(runs.withRun("f".repeat(32), async () => undefined)).rejects.toThrow("no such published run");
    await runs.close();
  });
});

test("who leaves while waiting for a session frees the place; work that has begun ends", async () => {
  const pool = await openSessionPool(publishedFile(first.data, first.id), 1);
  const order: string[] = [];
  let end = () => {};
  const working = pool.use(async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    order.push("first");
  });
  const leaving = new AbortController();
  const left = pool.use(async () => void order.push("left"), leaving.signal);
  const stayed = pool.use(async () => void order.push("stayed"));
  leaving.abort();
  await expect(left).rejects.toThrow();
  await expect(pool.use(async () => undefined, AbortSignal.abort())).rejects.toThrow();
  end();
  await Promise.all([working, stayed]);
  expect(order).toEqual(["first", "stayed"]);
  await pool.close();
});

describe("over sockets", () => {
  let api: TestApi;
  let base: string;
  beforeAll(async () => {
    api = await testApi(first.data);
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    base = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  });
  afterAll(() => api.close());

  const reply = (path: string, agent?: Agent, headers: Record<string, string> = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${base}${path}`, { headers: { ...keyOf(admin), ...headers }, ...(agent && { agent }) }, resolve).on("error", reject);
    });
  const textOf = async (message: IncomingMessage) => (await message.toArray()).join("");

  test("fifty clients read while runs are shown in turn: no request fails, and all of them see the new ones", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const seen = new Map<string, number>();
    let isOver = false;
    let requests = 0;
    const client = async () => {
      while (!isOver) {
        const shown = await reply("/v1/aggregates", agent);
        const { run_id } = JSON.parse(await textOf(shown)) as { run_id: string };
        const { items } = JSON.parse(await textOf(await reply("/v1/lists?limit=500", agent))) as {
          items: { list_id: string; is_current: boolean }[];
        };
        const current = items.find(({ is_current }) => is_current) as { list_id: string };
        const page = await reply(`/v1/lists/${current.list_id}/entries?limit=2&tier=high`, agent);
        await textOf(page);
        requests += 3;
        seen.set(run_id, (seen.get(run_id) ?? 0) + 1);
        expect([shown.statusCode, page.statusCode]).toEqual([200, 200]);
      }
    };
    const clients = Promise.all(Array.from({ length: 50 }, client));
    for (const { id } of [second, first, second]) {
      showRun(first.data, id);
      const before = seen.get(id) ?? 0;
      await until(() => (seen.get(id) ?? 0) > before + 50);
    }
    isOver = true;
    await clients;
    agent.destroy();
    expect(requests).toBeGreaterThan(300);
  });

  test("events tell a run's ledger as it is written, from where one left off, and end with the run", async () => {
    const run = "a".repeat(32);
    const directory = join(first.data.runs, run);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "manifest.json"), JSON.stringify(first.manifest));
    const write = (event: string, step?: string) =>
      appendFileSync(join(directory, "ledger.jsonl"), `${JSON.stringify({ at: "2026-10-01T00:00:00Z", event, step, process: 1 })}\n`);
    write("run_requested");
    const events = await reply(`/v1/runs/${run}/events`, undefined, { "accept-encoding": "gzip" });
    expect(events.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8" });
    expect(events.headers["content-encoding"]).toBeUndefined();
    let told = "";
    events.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    await until(() => told.includes("run_requested"));
    write("step_started", "check");
    await until(() => told.includes("step_started"));
    write("run_finished");
    await new Promise((resolve) => events.on("end", resolve));
    expect([...told.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)].map(([, id, event]) => [id, event])).toEqual([
      ["1", "run_requested"],
      ["2", "step_started"],
      ["3", "run_finished"],
    ]);
    expect(told).not.toContain('"process"');
    const rest = await textOf(await reply(`/v1/runs/${run}/events`, undefined, { "last-event-id": "2" }));
    expect([...rest.matchAll(/event: (\w+)/g)].map(([, event]) => event)).toEqual(["run_finished"]);
  });

  test("a stop ends events and lets a request under way end", async () => {
    const run = "b".repeat(32);
    const directory = join(first.data.runs, run);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "manifest.json"), JSON.stringify(first.manifest));
    writeFileSync(join(directory, "ledger.jsonl"), `${JSON.stringify({ at: "2026-10-01T00:00:00Z", event: "run_requested" })}\n`);
    const stopped = await testApi(first.data, {
      runRequests: {
        request: async () => {
          await sleep(300);
          return { run_id: run, state: "requested" };
        },
        depth: async () => ({}),
      },
    });
    await stopped.app.listen({ host: "127.0.0.1", port: 0 });
    const url = `http://127.0.0.1:${(stopped.app.server.address() as AddressInfo).port}`;
    const events = fetch(`${url}/v1/runs/${run}/events`, { headers: keyOf(admin) }).then((answer) => answer.text());
    const asked = fetch(`${url}/v1/runs`, {
      method: "POST",
      headers: { ...keyOf(admin), "content-type": "application/json" },
      body: JSON.stringify({ pipeline: "nightly", as_of: "2026-10-01" }),
    });
    await sleep(150);
    await stopped.close();
    expect((await asked).status).toBe(202);
    expect(await events).toContain("run_requested");
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});
