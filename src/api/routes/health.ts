import { z } from "zod";
import { allow } from "../access-rule.ts";
import type { Api } from "../app.ts";
import type { ApiParts } from "../parts.ts";

const Health = z.strictObject({ status: z.string() });

/** Whether the process lives, and whether it can answer. They say nothing else, and are open. */
export function healthRoutes(app: Api, { sources: { published, standings } }: ApiParts): void {
  app.get("/health/live", { config: allow("open"), schema: { summary: "The process answers", response: { 200: Health } } }, async () => ({
    status: "live",
  }));
  app.get(
    "/health/ready",
    {
      config: allow("open"),
      schema: { summary: "A list can be read, and the operations store answers", response: { 200: Health, 503: Health } },
    },
    async (_request, reply) => {
      const answers = (work: Promise<unknown>) =>
        work.then(
          () => true,
          () => false,
        );
      const [hasList, hasStore] = await Promise.all([
        answers(published.withCurrent((run) => run.read((session) => session.rows("select 1")))),
        // Without the operations store nothing can be entered in the audit, and so nothing is answered.
        answers(standings()),
      ]);
      const fault = hasStore ? "no list can be read yet" : "the operations store does not answer";
      return reply.code(hasList && hasStore ? 200 : 503).send({ status: hasList && hasStore ? "ready" : fault });
    },
  );
}
