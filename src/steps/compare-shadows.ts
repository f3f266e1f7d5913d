import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { compareLists, keepChampionLists, type ShadowDiff } from "../lists/shadow-diff.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { readShadowOutcomes, shadowDirectory } from "./score-shadows.ts";
import type { StepContext } from "./step.ts";

const diffFile = (prioritiseDirectory: string, id: string) => join(prioritiseDirectory, `shadow-${id}.json`);

/**
 * Makes the lists again with each shadow's scores, by the same rules and policy, and writes how they differ. The run's own lists must have been
 * written before; a shadow that cannot be compared stops nothing.
 */
export async function compareShadows(
  context: StepContext,
  session: Session,
  makeLists: () => Promise<void>,
): Promise<Record<string, number>> {
  const shadows = readShadowOutcomes(context.runDirectory).filter(({ failure }) => failure === null);
  if (shadows.length === 0) return {};
  await keepChampionLists(session);
  const { model: champion, as_of } = context.manifest;
  let compared = 0;
  for (const { id, name } of shadows) {
    try {
      const scores = quoted(join(shadowDirectory(join(context.runDirectory, "score"), id), "*.parquet"));
      await session.script(`create or replace temp view score as select * from read_parquet(${scores})`);
      await makeLists();
      const diff = await compareLists(session, { shadow: { id, name: name ?? "" }, champion, as_of });
      writeFileSync(diffFile(context.outputDirectory, id), canonicalJson(diff));
      compared += 1;
    } catch {
      // The run's own lists stand already; `shadowWarnings` tells of a diff that is not there.
    }
  }
  return { shadows_compared: compared };
}

/** What people should know of shadows that could not be scored or compared. */
export function shadowWarnings(runDirectory: string): string[] {
  return readShadowOutcomes(runDirectory).flatMap(({ id, name, failure }) => {
    const shadow = `shadow ${name ?? "model"} (${id.slice(0, 12)})`;
    if (failure !== null) return [`${shadow} was not scored: ${failure}; the list is not touched by it`];
    return existsSync(diffFile(join(runDirectory, "prioritise"), id)) ? [] : [`${shadow} was scored, but its lists could not be compared`];
  });
}

/** How a run's lists differ from those that a shadow would have made; undefined where it was not compared. */
export function readShadowDiff(runDirectory: string, id: string): ShadowDiff | undefined {
  const file = diffFile(join(runDirectory, "prioritise"), id);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ShadowDiff) : undefined;
}
