import type { Language } from "../domain/languages.ts";
import type { Principal } from "../domain/principal.ts";
import { type Cell, cellSums } from "../indicators/cells.ts";
import { type Indicator, readIndicators } from "../indicators/definition.ts";
import { parseBreakdown } from "../indicators/read-measured.ts";
import { type NoteName, type Recipient, readNotes, readRecipients } from "../indicators/recipients.ts";
import { type ProgrammeReport, reportProgramme } from "../indicators/report.ts";
import { type HiddenCells, smallCells } from "../indicators/small-cells.ts";
import { placeName } from "../lists/frame.ts";
import { areaPrefix } from "../lists/list-id.ts";
import type { Session } from "../warehouse/session.ts";
import { areasWithin, requirePermission } from "./access.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Paging } from "./lists.ts";
import type { Sources } from "./parts.ts";
import type { ReadableRun } from "./published-runs.ts";
import { requirePublished } from "./required-step.ts";

const country: Readonly<Record<Language, string>> = { kk: "бүкіл ел", ru: "вся страна", en: "the whole country" };

/**
 * The programme's indicators as the run that is shown measured them, in the principal's areas. Figures that stand on one to four families or
 * persons, or from which such a one would follow, are hidden alike whatever part is asked for; so are curves of fewer than 20 spells.
 */
export async function measuredIndicators(
  principal: Principal,
  { published }: Sources,
  { area = "", by, lang }: { area?: string | undefined; by?: string | undefined; lang: Language },
): Promise<ProgrammeReport & { run_id: string }> {
  requirePermission(principal, "aggregates");
  const areas = areasWithin(principal, areaPrefix(area));
  return published.withCurrent((run) =>
    run.read(async (session) => {
      await requirePublished(session, "indicator_cell", "indicators");
      const asOf = run.frame.meta.as_of;
      const definitions = readIndicators();
      const hidden = await hiddenIn(run, session, definitions);
      const report = await reportProgramme(session, definitions, {
        ...{ asOf, areas, by: parseBreakdown(by), language: lang },
        areaName: (code) => (code === "" ? country[lang] : placeName(run.frame, code, lang)),
        isHidden: ({ code }, { areas: summed, group, day }) => summed.some((each) => hidden.has(code, day, each, group)),
        // A district's spells would follow from a region's and the other districts'.
        leastSpells: { curve: areas.some((each) => each.length > 2) ? Number.POSITIVE_INFINITY : 20, point: 5 },
      });
      for (const { figures } of report.indicators)
        for (const figure of figures) if (figure.unknown !== null && figure.unknown < 5 && figure.unknown > 0) figure.unknown = null;
      return { run_id: run.id, ...report };
    }),
  );
}

const hiddenCells = new WeakMap<ReadableRun, Promise<HiddenCells>>();

/** What is kept back of a run's cells, found once for as long as the run is open: by what is open, as two directories may hold runs of one id. */
function hiddenIn(run: ReadableRun, session: Session, definitions: readonly Indicator[]): Promise<HiddenCells> {
  const kept = hiddenCells.get(run);
  if (kept !== undefined) return kept;
  const found = allCells(session).then((cells) => smallCells(cells, definitions));
  hiddenCells.set(run, found);
  found.catch(() => hiddenCells.delete(run));
  return found;
}

function allCells(session: Session): Promise<(Cell & Record<string, unknown>)[]> {
  return session.rows(
    `select indicator, as_of::varchar as as_of, area, "group", ${cellSums.map((name) => `${name}::double as ${name}`).join(", ")}
     from indicator_cell order by indicator, as_of, area, "group"`,
  );
}

export interface RecipientsPage {
  run_id: string;
  as_of: string;
  items: Recipient[];
  next_cursor: string | null;
}

/** Families on TSA in the principal's areas, with what a worker may want to look at. Never a ground to stop or lower help. */
export async function listRecipients(
  principal: Principal,
  { published }: Sources,
  { area = "", note, lang, cursor, limit }: Paging & { area?: string | undefined; note?: NoteName | undefined; lang: Language },
): Promise<RecipientsPage> {
  requirePermission(principal, "households");
  const areas = areasWithin(principal, areaPrefix(area));
  return published.withCurrent((run) =>
    run.read(async (session) => {
      await requirePublished(session, "indicator_cell", "indicators");
      const of = `recipients ${run.id} ${areas.join(",")} ${note ?? ""}`;
      const after = cursor === undefined ? undefined : String(readCursor(of, cursor));
      const { as_of: asOf, currency } = run.frame.meta;
      const query = { asOf, areas, note, after, limit: limit + 1, language: lang, currency };
      const found = await readRecipients(session, readNotes(), query);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        run_id: run.id,
        as_of: asOf,
        items,
        next_cursor: found.length > limit && last !== undefined ? writeCursor(of, last.household_id) : null,
      };
    }),
  );
}
