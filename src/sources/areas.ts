import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../domain/errors.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted, type Session } from "../warehouse/session.ts";

/** Words for a level in classifiers, and ours. */
const levels = { oblast: "region", region: "region", district: "district", sub_district: "sub_district", settlement: "settlement" };

/**
 * Fills the table `area` from a CSV of places (kato or area_code, level, name_ru, name_kk, and name_en where known), once.
 * English names of regions may stand in `regions.csv` beside it (kato, name_en). A region's code is the first two digits of KATO,
 * a district's the first four, filled up with zeros.
 */
export async function createAreas(session: Session, file: string): Promise<void> {
  if ((await session.value<number>("select count(*)::integer from area")) > 0) return;
  const { read, columns, code } = await placesCsv(session, file);
  const missing = [code, "level", "name_ru", "name_kk"].filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new UserError("bad_areas", `${file}: has no column ${missing.join(", ")}; it has ${columns.join(", ")}`);
  const level = `case level ${Object.entries(levels)
    .map(([word, ours]) => `when ${quoted(word)} then ${quoted(ours)}`)
    .join(" ")} end`;
  const bad = await session.rows<{ code: string; level: string | null }>(
    `select ${code} as code, level from ${read} where not regexp_full_match(${code}, '[0-9]{9}') or ${level} is null or name_ru is null or name_kk is null limit 1`,
  );
  if (bad.length > 0)
    throw new UserError(
      "bad_areas",
      `${file}: ${bad[0]?.code}: a place needs a code of 9 digits, a level (${Object.keys(levels).join(", ")}) and names`,
    );
  const insert = `
    insert into area
     select ${code}, ${level}, left(${code}, 2) || '0000000', case when ${level} <> 'region' then left(${code}, 4) || '00000' end,
       name_kk, name_ru, ${columns.includes("name_en") ? "name_en" : "null"}
     from ${read}
     order by ${code}`;
  await session.transaction(async () => {
    await session.run(insert);
    await nameRegions(session, join(dirname(file), "regions.csv"));
  });
}

/** How a CSV of places is read in SQL, its columns, and which has the codes. */
async function placesCsv(session: Session, file: string): Promise<{ read: string; columns: string[]; code: string }> {
  const read = `read_csv(${quoted(file)}, all_varchar = true, header = true, delim = ',', quote = '"')`;
  const columns = (await session.rows<{ column_name: string }>(`describe select * from ${read}`)).map((each) => each.column_name);
  return { read, columns, code: columns.includes("kato") ? "kato" : "area_code" };
}

/** Those of the codes, or leading digits of codes, that no place of a CSV of places has. */
export async function unknownAreas(file: string, codes: readonly string[]): Promise<string[]> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    const { read, code } = await placesCsv(session, file);
    const places = await session.rows<{ kato: string }>(`select ${code} as kato from ${read}`);
    return codes.filter((asked) => !places.some(({ kato }) => kato.startsWith(asked)));
  } finally {
    session.close();
  }
}

/** Takes English names of regions from the file beside the places', where there is one: national classifiers have none. */
async function nameRegions(session: Session, file: string): Promise<void> {
  if (!existsSync(file)) return;
  await session.script(`
    update area set name_en = r.name_en
    from read_csv(${quoted(file)}, all_varchar = true, header = true, delim = ',', quote = '"') as r
    where r.kato = area.area_code and area.name_en is null`);
}
