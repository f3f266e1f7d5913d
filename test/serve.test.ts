import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson } from "./support/command-line.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
const data = join(root, "data");
let run: string;

beforeAll(async () => {
  const made = await undisturbedRun();
  cpSync(made.undisturbed, data, { recursive: true });
  await putEmptyStore(dataDirectory(data));
  run = made.run;
});

interface Served {
  url: string;
  process: ChildProcess;
  said: () => string;
  /** Sends SIGTERM and waits; the exit code. */
  stop(): Promise<number | null>;
}

async function serve(words: string[]): Promise<Served> {
  const child = spawn(process.execPath, [projectFile("src/cli/aldyn.js"), "serve", "--port", "0", "--data", data, "--json", ...words], {
    env: { ...process.env, REDIS_URL: "", DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const found = /"url": "(.*)"/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`aldyn serve ended with ${code}: ${said}`)));
  });
  const stop = () =>
    new Promise<number | null>((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGTERM");
    });
  return { url, process: child, said: () => said, stop };
}

describe("aldyn serve, with nothing set", () => {
  test("works on a run that is asked for, tells its progress, shows its list, and stops in order", async () => {
    const { url, said, stop } = await serve(["--insecure-local"]);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const shown = async () => ((await (await fetch(`${url}/v1/aggregates`)).json()) as { run_id: string }).run_id;
    expect(await shown()).toBe(run);
    const asked = await fetch(`${url}/v1/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ pipeline: "nightly", as_of: "2025-12-01" }),
    });
    expect(asked.status).toBe(202);
    const place = asked.headers.get("location") as string;
    const events = await (await fetch(`${url}${place}/events`)).text();
    const names = [...events.matchAll(/event: (\w+)/g)].map(([, name]) => name);
    expect(names.filter((name) => name === "step_finished")).toHaveLength(nightly.steps.length);
    expect(names.at(-1)).toBe("run_finished");
    const next = place.split("/").at(-1) as string;
    while ((await shown()) !== next) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await (await fetch(`${url}${place}`)).json()).toMatchObject({ state: "finished", is_current: true });
    expect(await stop()).toBe(0);
    expect(said()).toContain("--insecure-local: whoever asks from this machine");
    expect(said()).toContain("nightly is begun next at");
    const verified = await aldyn(["audit", "verify", "--data", data], { DATABASE_URL: "" });
    expect(verified.status, verified.stderr).toBe(0);
  });

  test("lets in by a key that was made, within its areas, and nobody else", async () => {
    const made = async (role: string, areas: string) => {
      const words = ["token", "create", "--role", role, "--areas", areas, "--expires", "1d", "--data", data];
      return (await aldynJson<{ token: string }>(words, { DATABASE_URL: "" })).token;
    };
    const [operator, worker] = [await made("operator", "75"), await made("social_worker", "75")];
    const { url, stop } = await serve([]);
    const status = async (path: string, token?: string) =>
      (await fetch(`${url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status("/v1/runs"), await status("/v1/runs", `${worker.slice(0, -1)}x`)]).toEqual([401, 401]);
    expect([await status("/v1/runs", operator), await status("/v1/lists", operator), await status("/metrics", operator)]).toEqual([
      200, 403, 200,
    ]);
    expect([await status("/v1/runs", worker), await status("/v1/lists", worker), await status("/v1/lists?area=61", worker)]).toEqual([
      403, 200, 403,
    ]);
    expect(await stop()).toBe(0);
  });

  test("ends with one line where it cannot listen, and with what it was started wrongly", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const started = (words: string[], environment: NodeJS.ProcessEnv = {}) => {
      const { status, stderr } = spawnSync(process.execPath, [projectFile("src/cli/aldyn.js"), "serve", "--data", data, ...words], {
        encoding: "utf8",
        env: { ...process.env, REDIS_URL: "", DATABASE_URL: "", ...environment },
        timeout: 40_000,
      });
      return { status, said: stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{")) };
    };
    expect(started(["--port", String(port)])).toEqual({
      status: 1,
      said: [`aldyn: cannot listen on 127.0.0.1:${port}: something else listens there; give another --port, or stop it`],
    });
    other.close();
    const wrong = started(["--port", "0", "--cache-mb", "x"]);
    expect(wrong).toEqual({ status: 2, said: [expect.stringContaining("--cache-mb x")] });
  });

  test("is refused on other addresses than this machine's when it asks for no key", async () => {
    const refused = await aldyn(["serve", "--insecure-local", "--host", "0.0.0.0", "--data", data]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("listens on this machine only, not on 0.0.0.0");
  });
});
