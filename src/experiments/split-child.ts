import { UserError } from "../domain/errors.ts";
import { type SplitJob, workOnSplit } from "./split-job.ts";

/** What the process says: that a fit has ended, that the job has, or why it could not. */
export type SplitReply = "fit" | "done" | { problem: string; code: string | undefined };

const say = (reply: SplitReply) => process.send?.(reply);

// Without the process that asked, nobody waits for this.
process.on("disconnect", () => process.exit());
process.once("message", (job: SplitJob) => {
  workOnSplit(job, 1, () => say("fit"))
    .then(
      () => say("done"),
      (error: Error) => say({ problem: error.message, code: error instanceof UserError ? error.code : undefined }),
    )
    .finally(() => process.disconnect());
});
