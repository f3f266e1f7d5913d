/** What monitoring made of a model that runs go on without: frozen into the manifests of those runs. */
export interface Fallback {
  /** The champion that is not used. */
  id: string;
  name: string;
  /** The first of the nights in a row that reached a threshold, and how many they were. */
  since: string;
  nights: number;
  /** Thresholds that the last of them reached, by name. */
  reached: string;
}

/** A night that has ended, as far as it counts. */
export interface PastNight {
  as_of: string;
  /** When the run ended, ISO. */
  ended_at: string;
  model: { id: string } | null;
  fallback?: Fallback | undefined;
  breached: readonly string[];
}

export interface Verdict {
  /** `rules_only`: the next run goes on with rules and need; `warn`: it goes on with the model, and people are told. */
  action: "fine" | "warn" | "rules_only";
  /** What was reached so many nights in a row; null when that is too few. */
  alert: Fallback | null;
}

/**
 * Whether a run may use its champion, by the nights before it, the newest first. An alert stands until an operator decides: nights that ended
 * before `since`, when the champion was promoted last, count no more.
 */
export function monitoringVerdict(
  champion: { id: string; name: string; since?: string | null | undefined },
  nights: Iterable<PastNight>,
  policy: { nights: number; action: "rules_only" | "warn" } | undefined,
): Verdict {
  if (policy === undefined) return { action: "fine", alert: null };
  const liftedAt = champion.since == null ? Number.NEGATIVE_INFINITY : Date.parse(champion.since);
  const row: PastNight[] = [];
  for (const night of nights) {
    if (Date.parse(night.ended_at) < liftedAt) break;
    if (row.length === 0 && night.fallback?.id === champion.id) return { action: policy.action, alert: night.fallback };
    if (night.model?.id !== champion.id || night.breached.length === 0) break;
    row.push(night);
  }
  const [last, first] = [row[0], row.at(-1)];
  if (last === undefined || first === undefined || row.length < policy.nights) return { action: "fine", alert: null };
  const { id, name } = champion;
  return { action: policy.action, alert: { id, name, since: first.as_of, nights: row.length, reached: last.breached.join(", ") } };
}
