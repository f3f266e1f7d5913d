import { z } from "zod";
import { readMonitoring } from "../../queries/monitoring.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { Monitoring } from "../model-schemas.ts";
import { monitoringCsv } from "../monitoring-csv.ts";
import type { ApiParts } from "../parts.ts";
import { NotAcceptable, representationFor, representations } from "../representations.ts";
import { ListParams, Problem } from "../schemas.ts";

/** What monitoring knows of a model, as JSON or CSV. */
export function monitoringRoutes(app: Api, { sources }: ApiParts): void {
  app.get(
    "/models/:id/monitoring",
    {
      config: allow("monitoring"),
      schema: {
        summary: "A model's drift by night, its performance expected and realised, and the alert that stands",
        description: "JSON or CSV (one figure a row), by `Accept`.",
        params: ListParams,
        response: {
          200: {
            description: "figures of all households together",
            content: { "application/json": { schema: Monitoring }, "text/csv": { schema: z.string() } },
          },
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const form = representationFor(request.headers.accept, offered);
      if (form === undefined) throw new NotAcceptable(offered);
      request.touched.push(request.params.id);
      const found = await readMonitoring(principalOf(request), sources, request.params.id);
      return reply
        .headers({ "content-type": representations[form].header, "cache-control": "private, no-cache", vary: "accept, authorization" })
        .send((form === "csv" ? monitoringCsv(found) : JSON.stringify(found)) as never);
    },
  );
}

const offered = ["json", "csv"] as const;
