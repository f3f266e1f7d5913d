import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { inTime, until } from "./support/in-time.ts";

/** A process that waits to be stopped: says each stop, and ends it only when that is hurried, if at all. Its signals, what it said, and how it ended. */
async function stoppedBy(signals: NodeJS.Signals[], { endsWhenHurried = true, patienceSeconds = 600 } = {}) {
  const words = [projectFile("src/domain/start.js"), "test/support/stopped.ts", String(endsWhenHurried), String(patienceSeconds)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = () => said.trim().split("\n");
  for (const [sent, signal] of signals.entries()) {
    await until(`it has said ${sent + 1} lines`, () => said !== "" && lines().length > sent);
    child.kill(signal);
  }
  return { said: lines, ended };
}

test("a first signal stops, of either kind; a second one hurries, and its end is the end", async () => {
  const { said, ended } = await stoppedBy(["SIGINT", "SIGTERM"]);
  expect([await inTime(ended), said()]).toEqual([
    [0, null],
    ["up", "stopping", "hurried"],
  ]);
});

test("what does not end when hurried is ended by a third signal, or after a while", async () => {
  for (const [signals, patienceSeconds] of [
    [["SIGTERM", "SIGINT", "SIGINT"], 600],
    [["SIGTERM", "SIGTERM"], 0.1],
  ] as const) {
    const { said, ended } = await stoppedBy([...signals], { endsWhenHurried: false, patienceSeconds });
    expect([await inTime(ended), said()]).toEqual([
      [1, null],
      ["up", "stopping", "hurried"],
    ]);
  }
});
