import { z } from "zod";
import { listSimulations, readSimulation, requestSimulation, simulatedFamily } from "../../queries/simulations.ts";
import { allow, principalOf } from "../access-rule.ts";
import type { Api } from "../app.ts";
import type { ApiParts } from "../parts.ts";
import { Lang, Paging, Problem, RunParams } from "../schemas.ts";
import {
  SimulatedFamily,
  SimulatedFamilyParams,
  SimulationAsked,
  SimulationRead,
  SimulationRequested,
  Simulations,
} from "../simulation-schemas.ts";

/** What changes of rules, parameters, programmes, standards or policy would do. */
export function simulationRoutes(app: Api, { sources }: ApiParts, desk: Parameters<typeof requestSimulation>[2]): void {
  app.post(
    "/simulations",
    {
      config: allow("simulate"),
      schema: {
        summary: "Have a change simulated over the whole register; the same change of the same inputs is the same simulation",
        body: SimulationAsked,
        response: { 202: SimulationRequested, default: Problem },
      },
    },
    async (request, reply) => {
      const { change, as_of, sample } = request.body;
      const requested = await requestSimulation(principalOf(request), sources, desk, { change, as_of: [as_of].flat(), sample });
      request.touched.push(requested.simulation_id);
      return reply.code(202).header("location", `/v1/simulations/${requested.simulation_id}`).send(requested);
    },
  );
  app.get(
    "/simulations",
    {
      config: allow("simulate"),
      schema: { summary: "The simulations that are kept, by name", querystring: Paging, response: { 200: Simulations, default: Problem } },
    },
    (request) => listSimulations(principalOf(request), sources, request.query),
  );
  app.get(
    "/simulations/:id",
    {
      config: allow("simulate"),
      schema: {
        summary: "A simulation: under way, failed, or finished with its result",
        params: RunParams,
        response: { 200: SimulationRead, default: Problem },
      },
    },
    (request) => {
      request.touched.push(request.params.id);
      return readSimulation(principalOf(request), sources, desk, request.params.id);
    },
  );
  app.get(
    "/simulations/:id/households/:household",
    {
      config: allow("simulate"),
      schema: {
        summary: "What one family would see of a finished simulation: each programme today and changed, condition by condition",
        params: SimulatedFamilyParams,
        querystring: z.strictObject({ lang: Lang }),
        response: { 200: SimulatedFamily, default: Problem },
      },
    },
    (request) => {
      request.touched.push(request.params.id, request.params.household);
      return simulatedFamily(principalOf(request), sources, { ...request.params, lang: request.query.lang });
    },
  );
}
