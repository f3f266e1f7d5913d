import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** A Redis of its own for a test: it keeps nothing on disk, so that stopping it loses all. */
export interface TestRedis {
  url: string;
  /** Stops it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty; nothing where it runs. */
  start(): Promise<void>;
  /** Has it answer nobody for a time. */
  pause(seconds: number): void;
  /** Forgets everything. */
  flush(): void;
  stop(): Promise<void>;
}

/** Starts redis-server on a free port in a temporary directory. */
export async function startRedis(): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-redis-"));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const cli = (...words: string[]) => spawnSync("redis-cli", ["-p", String(port), ...words], { encoding: "utf8" }).stdout?.trim();
  const start = async () => {
    if (cli("ping") === "PONG") return;
    server = spawn(
      "redis-server",
      ["--port", String(port), "--save", "", "--appendonly", "no", "--dir", directory, "--bind", "127.0.0.1"],
      {
        stdio: "ignore",
      },
    );
    server.on("error", () => undefined);
    for (let attempt = 0; cli("ping") !== "PONG"; attempt++) {
      if (attempt > 100) throw new Error("redis-server does not start; install it: apt-get install redis-server");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const kill = async () => {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server?.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    pause: (seconds) => void cli("client", "pause", String(Math.round(seconds * 1000))),
    flush: () => void cli("flushall"),
    async stop() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
