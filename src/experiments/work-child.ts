import { UserError } from "../domain/errors.ts";
import { type DaysJob, workOnDays } from "./matrix-rows.ts";
import { type SplitJob, workOnSplit } from "./split-job.ts";

/** A part of an experiment that a process of its own can do. */
export type Work = { kind: "days"; job: DaysJob } | { kind: "split"; job: SplitJob };
/** What the process says: that it has got on, that all is done, or why it could not be. */
export type WorkReply = "moved" | "done" | { problem: string; code: string | undefined };

const say = (reply: WorkReply) => process.send?.(reply);
const moved = () => say("moved");

// Without the process that asked, nobody waits for this.
process.on("disconnect", () => process.exit());
process.once("message", ({ kind, job }: Work) => {
  (kind === "days" ? workOnDays(job, 1, moved) : workOnSplit(job, 1, moved))
    .then(
      () => say("done"),
      (error: Error) => say({ problem: error.message, code: error instanceof UserError ? error.code : undefined }),
    )
    .finally(() => process.disconnect());
});
