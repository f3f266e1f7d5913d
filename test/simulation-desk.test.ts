import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { changeOf } from "../src/simulation/change.ts";
import { simulationDesk } from "../src/simulation/desk.ts";
import { keptSimulation } from "../src/simulation/kept.ts";
import { enterBegin, keepRequest } from "../src/simulation/requests.ts";
import { simulateChange } from "../src/simulation/simulate-change.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { startOf } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "var"));
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const place = { data, deployment, place: "change", threads: 1 };
const taper = { name: "asked-of-a-service", question: "?", taper: { programme: "tsa", rate: 0.5 } };

beforeAll(async () => {
  cpSync((await undisturbedRun()).loaded, data.root, { recursive: true });
});

/** Asks in a process that is killed as soon as it has answered. */
async function askAndDie(change: unknown): Promise<{ simulation_id: string; state: string }> {
  const words = [...startOf("test/support/killed-simulation.ts"), data.root, asOf, JSON.stringify(change)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  return JSON.parse(said);
}

test("what a killed service had answered is gone on with by the next one, to the same figures", async () => {
  const { simulation_id: id, state } = await askAndDie(taper);
  expect([state, keptSimulation(data, id)]).toEqual(["under_way", undefined]);
  const next = simulationDesk();
  expect(next.stateOf(data, id)?.state).toBe("under_way");
  next.resume(place);
  await next.settled();
  expect(next.stateOf(data, id)).toEqual({ state: "finished", error: null });
  const change = changeOf("c", { ...taper, name: "another-name" });
  const { simulation } = await simulateChange({ ...place, change, days: [asOf], sample: 1 });
  const kept = keptSimulation(data, id);
  expect(simulation.simulation_id).not.toBe(id);
  expect(kept?.days).toEqual(simulation.days);
  expect(kept?.days[0]?.parts[0]?.programmes.tsa?.gained_families).toBeGreaterThan(0);
  expect(await next.begin({ ...place, change: changeOf("c", taper), days: [asOf], sample: 1 })).toEqual({
    simulation_id: id,
    state: "finished",
  });
});

test("a desk that closes leaves those that wait to the next service", async () => {
  const asked = (name: string) => ({ ...place, change: changeOf("c", { ...taper, name }), days: [asOf], sample: 1 });
  const desk = simulationDesk();
  const [first, second] = [await desk.begin(asked("first")), await desk.begin(asked("second"))];
  await desk.close();
  expect(existsSync(join(data.simulations, second.simulation_id, "result.json"))).toBe(false);
  expect(desk.stateOf(data, second.simulation_id)?.state).toBe("under_way");
  expect(keptSimulation(data, first.simulation_id)).toBeDefined();
  rmSync(join(data.simulations, second.simulation_id), { recursive: true });
});

test("a request that no service survives, or whose rules have changed since, fails and says so, and may be asked for again", async () => {
  const change = changeOf("c", { ...taper, name: "deadly" });
  const [deadly, outdated] = ["a", "b"].map((letter) => letter.repeat(32)) as [string, string];
  for (const id of [deadly, outdated]) keepRequest(data, id, { change, days: [asOf], sample: 1, snapshot: 1000 });
  for (let time = 0; time < 3; time++) enterBegin(data, deadly);
  const desk = simulationDesk();
  desk.resume(place);
  await desk.settled();
  expect(desk.stateOf(data, deadly)).toEqual({ state: "failed", error: expect.stringContaining("stopped 3 times") });
  expect(desk.stateOf(data, outdated)).toEqual({ state: "failed", error: expect.stringContaining("have changed since") });
  expect(simulationDesk().stateOf(data, deadly)?.state).toBe("failed");
  keepRequest(data, deadly, { change, days: [asOf], sample: 1, snapshot: 1000 });
  expect(simulationDesk().stateOf(data, deadly)?.state).toBe("under_way");
  expect(simulationDesk().stateOf(data, "c".repeat(32))).toBeUndefined();
  mkdirSync(join(data.simulations, "not-an-id"), { recursive: true });
  writeFileSync(join(data.simulations, "not-an-id", "request.json"), "{}");
  const next = simulationDesk();
  next.resume(place);
  await next.settled();
  expect(next.stateOf(data, deadly)?.state).toBe("failed");
});
