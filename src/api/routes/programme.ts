import { z } from "zod";
import { listRecipients, measuredIndicators } from "../../queries/indicators.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { Breakdown, Indicators, Note, Recipients } from "../programme-schemas.ts";
import { AreaCode, Lang, Paging, Problem } from "../schemas.ts";

/** How the programme does, and the families in it. */
export function programmeRoutes(app: Api, { sources }: ApiParts): void {
  app.get(
    "/indicators",
    {
      config: allow("aggregates"),
      schema: {
        summary: "The programme's indicators beside their targets, with intervals and what is missing; figures of few families are hidden",
        querystring: z.strictObject({ area: AreaCode.optional(), by: Breakdown.optional(), lang: Lang }),
        response: { 200: Indicators, default: Problem },
      },
    },
    async (request) => {
      const found = await measuredIndicators(principalOf(request), sources, request.query);
      request.touched.push(found.run_id);
      return found;
    },
  );
  app.get(
    "/recipients",
    {
      config: allow("households"),
      schema: {
        summary: "Families on TSA: who may be ready to leave, may come back or stay long, whose plan is overdue",
        description: "Information for the worker. None of it is a ground to stop, lower or withhold help, and no score of a model is read.",
        querystring: Paging.extend({ area: AreaCode.optional(), note: Note.optional(), lang: Lang }),
        response: { 200: Recipients, default: Problem },
      },
    },
    async (request) => {
      const found = await listRecipients(principalOf(request), sources, request.query);
      request.touched.push(found.run_id, ...found.items.map(({ household_id }) => household_id));
      return found;
    },
  );
}
