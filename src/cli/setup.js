#!/usr/bin/env node
// Makes a fresh clone ready: checks Node, and installs the packages of the lock file when they are missing or older than it. No dependencies.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Aldyn needs Node 20.19 or later; this is ${process.versions.node}`);
  process.exit(1);
}

const installed = `${root}/node_modules/.package-lock.json`;
const isReady = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}/package-lock.json`).mtimeMs;
if (!isReady) {
  console.error("Installing packages (npm ci) ...");
  const { status } = spawnSync("npm", ["ci"], { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (status !== 0) {
    console.error("npm ci failed; run it by hand to see why");
    process.exit(1);
  }
}
