import type { Session } from "../warehouse/session.ts";
import { incomeStep } from "./evaluate.ts";
import type { MarginalBand } from "./result.ts";
import { rounded } from "./rounded.ts";
import { type Drawn, isWhole, ratioError } from "./sampling-errors.ts";

/** Bands of income, in poverty lines: each from its edge to the next. */
const bandEdges = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** Effective marginal tax rates of `simulated` by band of income: what of a rise of income is taken back, today and changed. */
export async function marginalBands(session: Session, drawn: Drawn): Promise<MarginalBand[]> {
  const of = (side: "t" | "c") => {
    const rate = `(${side}_month - ${side}_step)`;
    const over = [0.6, 0.8, 1].map(
      (share) => `count(*) filter (where ${rate} >= ${share * incomeStep})::integer as ${side}_over_${share * 10}`,
    );
    return `sum(${rate})::bigint as ${side}_sum, sum(${rate}::hugeint * ${rate})::double as ${side}_squares, ${over.join(", ")}`;
  };
  const rows = await session.rows<Record<string, number>>(`
    select band::integer as band, count(*)::integer as families, ${of("t")}, ${of("c")}
    from (select *, ${bandEdges
      .slice(1)
      .map((edge) => `(income_3 >= ${edge} * line_3)::integer`)
      .join(" + ")} as band from simulated
      where income_3 is not null and line_3 is not null)
    group by band order by band`);
  return rows.map((row) => {
    const families = row.families as number;
    const side = (name: "t" | "c") => ({
      mean: rounded((row[`${name}_sum`] as number) / incomeStep / families, 6),
      over: Object.fromEntries(
        [0.6, 0.8, 1].map((share) => [String(share), rounded((row[`${name}_over_${share * 10}`] as number) / families, 6)]),
      ),
    });
    const [t, c] = [side("t"), side("c")];
    const error = (name: "t" | "c") => {
      const [y, yy] = [(row[`${name}_sum`] as number) / incomeStep, (row[`${name}_squares`] as number) / incomeStep ** 2];
      return rounded(ratioError({ y, yy, xy: y, x: families, xx: families }, drawn), 6);
    };
    return {
      from: bandEdges[row.band as number] as number,
      below: bandEdges[(row.band as number) + 1] ?? null,
      families,
      ...(isWhole(drawn) ? {} : { errors: { mean_today: error("t"), mean_changed: error("c") } }),
      mean_today: t.mean,
      mean_changed: c.mean,
      over_today: t.over as MarginalBand["over_today"],
      over_changed: c.over as MarginalBand["over_changed"],
    };
  });
}
