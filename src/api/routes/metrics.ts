import { NotFound } from "../../queries/access.ts";
import { readFigures, readLastEnding } from "../../queries/figures.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { metricsOf } from "../metrics.ts";
import type { ApiParts } from "../parts.ts";

/** Figures for Prometheus, which shows a key as everybody does. */
export function metricsRoutes(app: Api, parts: ApiParts): void {
  const metrics = metricsOf(app, parts);
  app.get("/metrics", { config: allow("metrics"), schema: { hide: true } }, async (request, reply) => {
    const figures = await readFigures(principalOf(request), parts.sources).catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
    const lastEnding = await readLastEnding(principalOf(request), parts.sources);
    return reply.type(metrics.contentType).send(await metrics.text({ figures, lastEnding }));
  });
}
