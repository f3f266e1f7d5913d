import type { Command } from "commander";
import type { Register } from "./command.ts";
import { type RunFlags, withRunOptions } from "./options.ts";
import { serveQueue } from "./worker.ts";

export const register: Register = (program: Command) => {
  withRunOptions(
    program
      .command("schedule")
      .description("keep the pipelines' schedules on the queue, and put back runs that Redis has lost, until stopped"),
  ).action((flags: RunFlags) => serveQueue(flags, { works: false, schedules: true }, "scheduling"));
};
