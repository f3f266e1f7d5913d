import { spawnSync } from "node:child_process";
import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { projectFile } from "../../src/domain/project-files.ts";

export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}
export interface ProcessResult extends CommandResult {
  signal: NodeJS.Signals | null;
}

/** Does what `aldyn` does, in this process: what it prints is caught, and the environment is put back. A process takes a second or two to start. */
export async function aldyn(words: string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const [env, exitCode] = [process.env, process.exitCode];
  const [stdout, stderr] = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockReturnValue(true));
  const said = (spy: typeof stdout) => spy!.mock.calls.map(([text]) => String(text)).join("");
  process.env = { ...env, ...environment };
  process.exitCode = 0;
  try {
    await main(words);
    return { status: Number(process.exitCode), stdout: said(stdout), stderr: said(stderr) };
  } finally {
    process.exitCode = exitCode;
    process.env = env;
    for (const spy of [stdout, stderr]) spy!.mockRestore();
  }
}

/** Does what `aldyn ... --json` does and reads what it prints; a failure is an error with what it said. */
export async function aldynJson<T>(words: string[], environment: NodeJS.ProcessEnv = {}): Promise<T> {
  const result = await aldyn([...words, "--json"], environment);
  if (result.status !== 0) throw new Error(`aldyn ${words.join(" ")} exited ${result.status}:\n${result.stderr}`);
  return JSON.parse(result.stdout) as T;
}

/** Runs `aldyn` as a user would, in a process of its own: where the process is the point. */
export function aldynProcess(words: string[], environment: NodeJS.ProcessEnv = {}): ProcessResult {
  return runNode([projectFile("src/cli/aldyn.js"), ...words], environment);
}

/** Words for Node to run a TypeScript file, given from the project's root; the file's own words follow. */
export function startOf(file: string): string[] {
  return [projectFile("src/domain/start.js"), file];
}

/** Runs a TypeScript file in a process of its own. */
export function runScript(file: string, words: string[]): ProcessResult {
  return runNode([...startOf(file), ...words]);
}

function runNode(words: string[], environment: NodeJS.ProcessEnv = {}): ProcessResult {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: projectFile(""),
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 28,
  });
  return { status, signal, stdout, stderr };
}
