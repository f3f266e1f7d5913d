import { z } from "zod";
import { listFeatures, listModels, listRules } from "../../queries/judges.ts";
import { readSources } from "../../queries/registers.ts";
import { readShadow } from "../../queries/shadows.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { Models, ShadowDiff } from "../model-schemas.ts";
import type { ApiParts } from "../parts.ts";
import { Features, Registers, Rules } from "../register-schemas.ts";
import { Lang, ListParams, Paging, Problem, RunParams } from "../schemas.ts";

/** Registers, and what judges by them: features, rules and models. */
export function registerRoutes(app: Api, { sources }: ApiParts): void {
  app.get(
    "/sources",
    {
      config: allow("sources"),
      schema: { summary: "What was loaded, and how fresh it is in your regions", response: { 200: Registers, default: Problem } },
    },
    (request) => readSources(principalOf(request), sources),
  );
  const querystring = Paging.extend({ lang: Lang });
  app.get(
    "/features",
    {
      config: allow("catalogue"),
      schema: { summary: "The catalogue of features", querystring, response: { 200: Features, default: Problem } },
    },
    (request) => listFeatures(principalOf(request), sources, request.query),
  );
  app.get(
    "/rules",
    {
      config: allow("catalogue"),
      schema: { summary: "The rules, with their dated values", querystring, response: { 200: Rules, default: Problem } },
    },
    (request) => listRules(principalOf(request), sources, request.query),
  );
  app.get(
    "/models",
    { config: allow("models"), schema: { summary: "Models, and which is champion", response: { 200: Models, default: Problem } } },
    (request) => listModels(principalOf(request), sources),
  );
  app.get(
    "/models/:id/shadow-diff",
    {
      config: allow("runs"),
      schema: {
        summary:
          "Who would enter and leave the lists of a run if a shadow were champion; households only to roles that read them, of their areas",
        params: ListParams,
        querystring: z.strictObject({ run: RunParams.shape.id.optional().describe("the run that is shown when absent") }),
        response: { 200: ShadowDiff, default: Problem },
      },
    },
    async (request) => {
      const found = await readShadow(principalOf(request), sources, { id: request.params.id, run: request.query.run });
      request.touched.push(request.params.id, found.run_id);
      return found;
    },
  );
}
