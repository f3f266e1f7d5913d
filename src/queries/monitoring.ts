import { UserError } from "../domain/errors.ts";
import type { Principal } from "../domain/principal.ts";
import { type Monitoring, monitoringOf } from "../runs/model-monitoring.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";

/** What monitoring knows of a model: drift by night, performance expected and realised, and the alert that stands. */
export async function readMonitoring(principal: Principal, { data }: Pick<Sources, "data">, id: string): Promise<Monitoring> {
  requirePermission(principal, "monitoring");
  try {
    return monitoringOf(data, id);
  } catch (error) {
    if (error instanceof UserError && error.code === "no_model") throw new NotFound("there is no such model");
    throw error;
  }
}
