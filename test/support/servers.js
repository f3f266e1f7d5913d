#!/usr/bin/env node
// Makes sure that the servers which tests start (each on a free port, in a temporary directory) are installed. No dependencies.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
const searchPath = () => (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");

/** The directory with PostgreSQL's `postgres` and `initdb`, the newest that is installed; undefined when there is none. */
export function postgresDirectory(root = "/usr/lib/postgresql") {
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...versions.map((version) => join(root, version, "bin")), ...searchPath()];
  return candidates.find((directory) => ["postgres", "initdb"].every((name) => isProgram(join(directory, name))));
}

/** The path of redis-server; undefined when it is not installed. */
export function redisServer() {
  return searchPath()
    .map((directory) => join(directory, "redis-server"))
    .find(isProgram);
}

/** Debian's packages of what is missing. */
export function missingPackages() {
  return [...(redisServer() === undefined ? ["redis-server"] : []), ...(postgresDirectory() === undefined ? ["postgresql"] : [])];
}

function install(packages) {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const aptGet = (...words) => spawnSync("apt-get", words, { stdio: ["ignore", "ignore", 2], env: environment }).status === 0;
  // Packages start a server of their own after installation; tests never talk to it, and runlevel 1 keeps it from starting.
  const installPackages = () => aptGet("install", "-y", "--no-install-recommends", ...packages);
  return installPackages() || (aptGet("update") && installPackages());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = missingPackages();
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  const isDebianRoot = process.getuid?.() === 0 && isProgram("/usr/bin/apt-get");
  if (packages.length > 0 && isDebianRoot) {
    console.error(`Installing for the tests: ${packages.join(", ")} ...`);
    if (!install(packages)) console.error(`that failed; see why with: ${command}`);
  } else if (packages.length > 0) {
    console.error(
      `Tests of the store and the queue need ${packages.join(" and ")}: sudo ${command} (on macOS: brew install redis postgresql)`,
    );
  }
}
