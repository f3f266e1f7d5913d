import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectFile } from "../domain/project-files.ts";
import type { BoostOptions } from "../training/boosting/boost.ts";
import type { Direction, TrainingRows } from "../training/training-rows.ts";

/** Settings that both trainers are given. */
export interface Trainer extends BoostOptions {
  rounds: number;
  learningRate: number;
  leaves: number | null;
  depth: number | null;
  directions: Record<string, Direction>;
}

/** scikit-learn with a table read in. */
export interface Peer {
  fit(settings: Trainer): Promise<{ seconds: number; auc: number; version: string }>;
  end(): Promise<void>;
}

/** A system's own Python has Debian's packages, whatever `python3` is on the path. */
const pythons = ["python3", "/usr/bin/python3"];

async function findPython(): Promise<string | null> {
  for (const python of pythons) {
    const child = spawn(python, ["-c", "from sklearn.ensemble import HistGradientBoostingClassifier"], { stdio: "ignore" });
    const [code] = (await Promise.race([once(child, "exit"), once(child, "error").then(() => [1])])) as [number | null];
    if (code === 0) return python;
  }
  return null;
}

/** Null when there is a scikit-learn to compare with, else how to get one. */
export async function whyNoPeer(): Promise<string | null> {
  return (await findPython()) === null
    ? "no python3 here has scikit-learn; apt-get install -y python3-sklearn (Debian), or pip install scikit-learn"
    : null;
}

/** Starts bench/train-peer.py on the table: rows to fit on, and rows to measure AUC on. */
export async function startPeer(rows: TrainingRows, test: TrainingRows, threads: number): Promise<Peer> {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-bench-"));
  writeTable(directory, "", rows);
  writeTable(directory, "test-", test);
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: "PASSIVE" };
  const python = (await findPython()) ?? "python3";
  const child = spawn(python, [projectFile("bench/train-peer.py"), directory], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async fit({ rounds, learningRate, leaves, depth, directions }) {
      const signs = rows.names.map((name) => ({ "+": 1, "-": -1, free: 0 })[directions[name] ?? "free"]);
      child.stdin.write(`${JSON.stringify({ rounds, learningRate, leaves, depth, directions: signs })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("bench/train-peer.py ended before it answered; what it said stands above");
      return JSON.parse(value);
    },
    end: () => endPeer(child, directory),
  };
}

async function endPeer(child: ChildProcess, directory: string): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  rmSync(directory, { recursive: true, force: true });
}

function writeTable(directory: string, prefix: string, { columns, label }: TrainingRows): void {
  const path = join(directory, `${prefix}columns.f64`);
  writeFileSync(path, "");
  for (const column of columns) writeFileSync(path, column, { flag: "a" });
  writeFileSync(join(directory, `${prefix}label.u8`), label);
}
