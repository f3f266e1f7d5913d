import { z } from "zod";
import { allow } from "../access-rule.ts";
import type { Api } from "../app.ts";
import type { ApiParts } from "../parts.ts";

const Health = z.strictObject({ status: z.string() });

/** Whether the process lives, and whether it can answer. They say nothing else, and are open. */
export function healthRoutes(app: Api, { sources: { published } }: ApiParts): void {
  app.get("/health/live", { config: allow("open"), schema: { summary: "The process answers", response: { 200: Health } } }, async () => ({
    status: "live",
  }));
  app.get(
    "/health/ready",
    { config: allow("open"), schema: { summary: "A list can be read", response: { 200: Health, 503: Health } } },
    async (_request, reply) => {
      const isReady = await published
        .withCurrent((run) => run.read((session) => session.rows("select 1")))
        .then(
          () => true,
          () => false,
        );
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "no list can be read yet" });
    },
  );
}
