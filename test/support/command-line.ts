import { spawnSync } from "node:child_process";
import { projectFile } from "../../src/domain/project-files.ts";

export interface CommandResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs `aldyn` as a user would, in a process of its own. */
export function aldyn(words: string[], environment: NodeJS.ProcessEnv = {}): CommandResult {
  return runNode([projectFile("src/cli/aldyn.js"), ...words], environment);
}

/** Runs a TypeScript file in a process of its own. */
export function runScript(file: string, words: string[]): CommandResult {
  return runNode(["--import", "tsx", projectFile(file), ...words]);
}

/** Runs `aldyn ... --json` and reads what it prints; a failure is an error with what it said. */
export function aldynJson<T>(words: string[], environment: NodeJS.ProcessEnv = {}): T {
  const result = aldyn([...words, "--json"], environment);
  if (result.status !== 0) throw new Error(`aldyn ${words.join(" ")} exited ${result.status}:\n${result.stderr}`);
  return JSON.parse(result.stdout) as T;
}

function runNode(words: string[], environment: NodeJS.ProcessEnv = {}): CommandResult {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: projectFile(""),
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 28,
  });
  return { status, signal, stdout, stderr };
}
