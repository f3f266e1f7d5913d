import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { inTime, until } from "./support/in-time.ts";
import { queueOn } from "./support/queue.ts";
import { startRedis } from "./support/redis.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test.each([
  ["worker", { workers: 1, schedules: 0 }],
  ["schedule", { workers: 0, schedules: 1 }],
])(
  "aldyn %s says that Redis is away, does its part when it is there, and stops when told so with Redis away again",
  async (command, part) => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    await redis.kill();
    const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), command, "--data", root], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        REDIS_URL: redis.url.replace("//", "//:secret@"),
        DATABASE_URL: "postgresql://127.0.0.1:1/none",
        ALDYN_QUEUE_PREFIX: "away",
      },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const ended = once(child, "exit");
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const times = (words: string) => said.split(words).length - 1;
    const place = new URL(redis.url).host;
    const lost = `Redis at ${place} does not answer (ECONNREFUSED); trying again until it does`;
    await until("the loss is said", () => times(lost) === 1);
    await redis.start();
    await until("Redis is said to be back", () => times(`Redis at ${place} answers`) === 1);
    const { queue } = queueOn(redis, "away");
    const there = async () => ({ workers: (await queue.getWorkers()).length, schedules: await queue.getJobSchedulersCount() });
    await until("its part is done", async () => JSON.stringify(await there()) === JSON.stringify(part));
    await redis.kill();
    await until("the second loss is said", () => times("does not answer") === 2);
    child.kill("SIGTERM");
    expect(await inTime(ended, 30)).toEqual([0, null]);
    expect(said).not.toContain("secret");
    // What its libraries would print by themselves is not among it, but for the driver's own warning that no password is needed.
    const lines = said.trimEnd().split("\n");
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z /.test(line) && !line.startsWith("[WARN] "))).toEqual([]);
  },
);

test("aldyn worker stops when told so, though Redis has never been there", async () => {
  const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), "worker", "--data", root], {
    stdio: ["ignore", "ignore", "pipe"],
    // Nobody listens on port 1.
    env: { ...process.env, REDIS_URL: "redis://127.0.0.1:1", DATABASE_URL: "postgresql://127.0.0.1:1/none" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until("the loss is said", () => said.includes("does not answer") && said.includes("on the queue"));
  child.kill("SIGTERM");
  expect(await inTime(ended, 30)).toEqual([0, null]);
});
