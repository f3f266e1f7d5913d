import { z } from "zod";
import { entitlementsOf } from "../../queries/entitlements.ts";
import { explainHousehold } from "../../queries/households.ts";
import { householdNeed } from "../../queries/need.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { Entitlements } from "../entitlement-schemas.ts";
import { Explanation } from "../list-schemas.ts";
import { Need } from "../need-schema.ts";
import type { ApiParts } from "../parts.ts";
import { HouseholdParams, Lang, Problem } from "../schemas.ts";

/** Households of the run that is shown. */
export function householdRoutes(app: Api, { sources }: ApiParts): void {
  app.get(
    "/households/:id/explanation",
    {
      config: allow("households"),
      schema: {
        summary: "Why a household stands where it stands, which rules it meets, and what the score is made of",
        params: HouseholdParams,
        querystring: z.strictObject({ lang: Lang }),
        response: { 200: Explanation, default: Problem },
      },
    },
    (request) => {
      request.touched.push(request.params.id);
      return explainHousehold(principalOf(request), sources, {
        householdId: request.params.id,
        lang: request.query.lang,
        signal: request.signal,
      });
    },
  );
  app.get(
    "/households/:id/need",
    {
      config: allow("households"),
      schema: {
        summary: "What a household needs: income, minimum standards and, with consent, spending; what is missing and what to ask",
        params: HouseholdParams,
        querystring: z.strictObject({ lang: Lang }),
        response: { 200: Need, default: Problem },
      },
    },
    (request) => {
      request.touched.push(request.params.id);
      return householdNeed(principalOf(request), sources, {
        householdId: request.params.id,
        lang: request.query.lang,
        signal: request.signal,
      });
    },
  );
  app.get(
    "/households/:id/entitlements",
    {
      config: allow("households"),
      schema: {
        summary: "What a household may be entitled to, and why or why not: rules only, no score is read",
        params: HouseholdParams,
        querystring: z.strictObject({ lang: Lang }),
        response: { 200: Entitlements, default: Problem },
      },
    },
    (request) => {
      request.touched.push(request.params.id);
      return entitlementsOf(principalOf(request), sources, {
        householdId: request.params.id,
        lang: request.query.lang,
        signal: request.signal,
      });
    },
  );
}
