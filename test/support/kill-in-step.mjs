// Loaded before a worker and the processes of its steps (NODE_OPTIONS=--import): each step's process kills its worker and itself, the first time that the
// step is done here, as soon as the first of its files appears, and at the latest before they count. KILLED_STEPS: a directory that remembers which.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";

const { existsSync, mkdirSync, renameSync, watch, writeFileSync } = fs;
const doomed = new Set();

function die() {
  process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

if (process.argv.includes("src/runs/task-child.ts")) {
  fs.mkdirSync = (path, options) => {
    const made = mkdirSync(path, options);
    const mark = join(process.env.KILLED_STEPS, basename(String(path)));
    if (String(path).endsWith(".partial") && !existsSync(mark)) {
      writeFileSync(mark, "");
      doomed.add(path);
      watch(path, { recursive: true }, die);
    }
    return made;
  };
  fs.renameSync = (from, to) => {
    if (doomed.has(from)) die();
    renameSync(from, to);
  };
  syncBuiltinESMExports();
}
