import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { directions, type Feature } from "./catalogue.ts";

const Definition = z.object({ unit: z.string(), direction: z.enum(directions), sentences: Sentences.nullish() });
const recipes = ["latest", "change", "mean", "months_since"] as const;
type Recipe = (typeof recipes)[number];

/** How one name of the table observation becomes a feature. `index` tells recipes apart within the select. */
interface ObservationRecipe {
  index: number;
  name: string;
  recipe: Recipe;
  windowMonths: number;
  feature: Feature;
}

/** Months that a recipe looks back when its source says nothing. */
const defaultWindowMonths = 12;

/** The features that the sources of a snapshot declare for their observations, in order of name and recipe. */
export async function observationFeatures(session: Session, snapshot: number): Promise<Feature[]> {
  return (await recipesOf(session, snapshot)).map((each) => each.feature);
}

/** The last word on each name and recipe. A UserError names two that would make one column. */
async function recipesOf(session: Session, snapshot: number): Promise<ObservationRecipe[]> {
  const rows = await session.rows<{ name: string; recipe: Recipe; window_months: number | null; definition: string }>(
    `select name, recipe, window_months, definition::varchar as definition
     from observation_recipe
     where load_id <= $snapshot
     qualify row_number() over (partition by name, recipe order by load_id desc) = 1
     order by name, recipe`,
    { snapshot },
  );
  const made = rows.map((row, index) => {
    const windowMonths = row.window_months ?? defaultWindowMonths;
    return {
      index,
      name: row.name,
      recipe: row.recipe,
      windowMonths,
      feature: featureOf(row.name, row.recipe, windowMonths, row.definition),
    };
  });
  const byColumn = new Map<string, string>();
  for (const { feature, name } of made) {
    const other = byColumn.get(feature.name);
    if (other !== undefined)
      throw new UserError("bad_observation", `observations "${other}" and "${name}" would both be the feature ${feature.name}; rename one`);
    byColumn.set(feature.name, name);
  }
  return made;
}

function featureOf(name: string, recipe: Recipe, windowMonths: number, json: string): Feature {
  const definition = Definition.parse(JSON.parse(json));
  const plain = `${name.replaceAll(/[{}'#<|]/g, " ")}: {value, number}`;
  return {
    name: `obs_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}_${recipe}`,
    family: "observation",
    type: "number",
    unit: definition.unit,
    register: "observation",
    window: `${windowMonths}m`,
    direction: definition.direction,
    needs_consent: false,
    meaning: `${meanings[recipe]} of the observation "${name}"`,
    sentences: definition.sentences ?? { kk: plain, ru: plain, en: plain },
  };
}

const meanings: Record<Recipe, string> = {
  latest: "newest value within the window (the largest when several are of one day)",
  change: "newest value within the window less the newest of the window before",
  mean: "mean of the values within the window",
  months_since: "full months since the last value other than 0 within the window",
};

/** The select of `features_observation`: one row per household of the cohort, a column per recipe; a value that is not there is unknown. */
export async function observationSelect(session: Session, snapshot: number): Promise<string> {
  const made = await recipesOf(session, snapshot);
  if (made.length === 0) return "select household_key, null::date as newest_recorded_on from cohort";
  const rows = made.map((each) => `(${each.index}, ${quoted(each.name)}, ${quoted(each.recipe)}, ${each.windowMonths})`);
  const columns = made.map((each) => `max(value) filter (where index = ${each.index}) as ${identifier(each.feature.name)}`);
  return `
    with recipe(index, name, recipe, months) as (values ${rows.join(", ")}),
    observed as (
      select
        o.household_key, o.value, o.recorded_at, r.index, r.recipe, o.observed_on,
        o.observed_on >= $as_of::date - to_months(r.months) as is_within
      from known_observation($as_of, $snapshot) as o
      join recipe as r on r.name = o.name
      where o.observed_on < $as_of::date and o.observed_on >= $as_of::date - to_months(2 * r.months) and o.household_key in (select household_key from cohort)
    ),
    summed as (
      select
        household_key, index, recipe,
        max({'on': observed_on, 'value': value}) filter (where is_within).value as newest,
        max({'on': observed_on, 'value': value}) filter (where not is_within).value as newest_before,
        sum(value::decimal(30, 6)) filter (where is_within)::double / count(*) filter (where is_within) as mean,
        max(observed_on) filter (where is_within and value <> 0) as happened_on,
        max(recorded_at)::date as newest_recorded_on
      from observed
      group by household_key, index, recipe
    ),
    valued as (
      select household_key, index, newest_recorded_on, case recipe
        when 'latest' then newest
        when 'change' then newest - newest_before
        when 'mean' then mean
        else date_sub('month', happened_on, $as_of::date) end as value
      from summed
    ),
    pivoted as (
      select household_key, max(newest_recorded_on) as newest_recorded_on, ${columns.join(", ")}
      from valued
      group by household_key
    )
    select h.household_key, p.* exclude (household_key)
    from cohort as h
    left join pivoted as p on p.household_key = h.household_key`;
}
