import { z } from "zod";
import { countByDistrict, listAreas } from "../../queries/areas.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import { Aggregates, Areas } from "../list-schemas.ts";
import type { ApiParts } from "../parts.ts";
import { AreaCode, Lang, Paging, Problem } from "../schemas.ts";

/** Places, and counts by place. */
export function areaRoutes(app: Api, { sources }: ApiParts): void {
  app.get(
    "/areas",
    {
      config: allow("areas"),
      schema: {
        summary: "Places of your areas that the list names",
        querystring: Paging.extend({ level: z.enum(["region", "district", "place"]).optional(), lang: Lang }),
        response: { 200: Areas, default: Problem },
      },
    },
    (request) => listAreas(principalOf(request), sources, request.query),
  );
  app.get(
    "/aggregates",
    {
      config: allow("aggregates"),
      schema: {
        summary: "Households on the list by district and tier; counts below five, and those from which one would follow, are null",
        querystring: z.strictObject({ area: AreaCode.optional(), lang: Lang }),
        response: { 200: Aggregates, default: Problem },
      },
    },
    (request) => countByDistrict(principalOf(request), sources, request.query),
  );
}
