/** Roles, from the narrowest to the widest. */
export const roles = ["social_worker", "planner", "operator", "analyst", "admin"] as const;
export type Role = (typeof roles)[number];

/** What may be done. A read of one household's data needs `households`; counts of areas, suppressed where small, need `aggregates`. */
export const permissions = [
  "areas",
  "aggregates",
  "lists",
  "households",
  "catalogue",
  "models",
  "monitoring",
  "runs",
  "start_runs",
  "simulate",
  "sources",
  "metrics",
] as const;
export type Permission = (typeof permissions)[number];

/** What each role may do; area scope comes on top. Nothing else decides it. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  social_worker: ["areas", "lists", "households"],
  planner: ["areas", "aggregates"],
  operator: ["areas", "monitoring", "runs", "start_runs", "sources", "metrics"],
  analyst: ["areas", "aggregates", "lists", "households", "catalogue", "models", "monitoring", "runs", "simulate", "sources"],
  admin: permissions,
};

/** Who asks: a pseudonymous id, a role, and the areas it may look into. */
export interface Principal {
  id: string;
  role: Role;
  /** KATO codes or their leading digits; `""` is the whole country, an empty list is nowhere. */
  areas: readonly string[];
}

export function may(principal: Principal, permission: Permission): boolean {
  return permissionsOf[principal.role].includes(permission);
}

/** Whether all of an area (a KATO code or its leading digits) lies within what the principal may look into. */
export function isWithin(principal: Principal, area: string): boolean {
  return principal.areas.some((own) => area.startsWith(own));
}
