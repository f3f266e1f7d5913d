import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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

function findPython(candidates: readonly string[]): string | undefined {
  const code = "from sklearn.ensemble import HistGradientBoostingClassifier";
  return candidates.find((python) => spawnSync(python, ["-c", code], { stdio: "ignore" }).status === 0);
}

/** Null when there is a scikit-learn to compare with, else how to get one. */
export function whyNoPeer(candidates: readonly string[] = pythons): string | null {
  if (findPython(candidates) !== undefined) return null;
  return "no python3 here has scikit-learn; apt-get install -y python3-sklearn (Debian), or pip install scikit-learn";
}

/** Starts bench/train-peer.py on the table: rows to fit on, and rows to measure AUC on. */
export function startPeer(rows: TrainingRows, test: TrainingRows, threads: number): Peer {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-bench-"));
  writeTable(directory, "", rows);
  writeTable(directory, "test-", test);
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: "PASSIVE" };
  const python = findPython(pythons) ?? "python3";
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
