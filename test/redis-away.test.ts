import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

test.each(["worker", "schedule"])("aldyn %s says that Redis is away, goes on, and can still be stopped", async (command) => {
  const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), command, "--data", root], {
    stdio: ["ignore", "ignore", "pipe"],
    // Nobody listens on port 1.
    env: { ...process.env, REDIS_URL: "redis://:secret@127.0.0.1:1", DATABASE_URL: "postgresql://127.0.0.1:1/none" },
  });
  let said = "";
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (said.includes("does not answer") && said.includes("on the queue")) break;
  }
  expect(said).toContain("Redis at 127.0.0.1:1 does not answer (ECONNREFUSED); trying again until it does");
  expect(said).not.toContain("secret");
  expect(child.exitCode).toBeNull();
  const ended = once(child, "close");
  for (let signal = 0; signal < 3; signal++) child.kill("SIGTERM");
  const stop = setInterval(() => child.kill("SIGTERM"), 200);
  await ended;
  clearInterval(stop);
});
