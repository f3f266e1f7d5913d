import type { Command } from "commander";
import { createToken, listTokens, revokeToken, type TokenEntry } from "../cases/tokens.ts";
import { UserError } from "../domain/errors.ts";
import { type Role, roles } from "../domain/principal.ts";
import { projectFile } from "../domain/project-files.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { unknownAreas } from "../sources/areas.ts";
import { dataDirectory } from "../warehouse/data-directory.ts";
import { type JsonFlag, jsonOption, print, type Register, sameData } from "./command.ts";
import { audited, commander, withStore, withStoreIfAny } from "./store.ts";
import { textTable } from "./text-table.ts";

interface Flags extends JsonFlag {
  data?: string;
}

interface CreateFlags extends Flags {
  role: string;
  areas: string;
  deployment: string;
  expires: string;
  name?: string;
}

const wholeCountry = "all";
const longestDays = 3650;

export const register: Register = (program: Command) => {
  const token = program.command("token").description("keys to the service: who may see what, where, and until when");
  withData(token.command("create").description("make a key; it is shown this once"))
    .requiredOption("--role <role>", roles.join(", "))
    .requiredOption("--areas <codes>", `KATO codes or their leading digits, by commas, for example 61,6110; or ${wholeCountry}`)
    .requiredOption("--expires <time>", "when it ends: 12h, 30d")
    .option("--deployment <file>", "deployment file, whose places the codes are checked by", projectFile("models/deployment.yaml"))
    .option("--name <text>", "the post or program that it is for; no person's name")
    .action(create);
  withData(token.command("list").description("all keys, without their secrets")).action(list);
  withData(token.command("revoke <id>").description("end a key at once")).action(revoke);
};

function withData(command: Command): Command {
  return command.option("--data <dir>", "data directory (or ALDYN_DATA; default ./var)").addOption(jsonOption);
}

async function create(flags: CreateFlags): Promise<void> {
  const now = new Date();
  const wanted = {
    role: flags.role as Role,
    areas: flags.areas === wholeCountry ? [""] : await requireCodes(flags),
    expiresAt: new Date(now.getTime() + milliseconds(flags.expires)),
    name: flags.name,
    createdBy: commander(),
    now,
  };
  const made = await withStore(dataDirectory(flags.data), "aldyn token create", (store) =>
    audited(
      store,
      "aldyn token create",
      () => createToken(store, wanted),
      ({ id, principalId }) => [id, principalId],
    ),
  );
  const { token, id, principalId } = made;
  const result = {
    token,
    id,
    principal_id: principalId,
    role: wanted.role,
    areas: wanted.areas,
    expires_at: wanted.expiresAt.toISOString(),
  };
  print(result, flags, () =>
    [
      token,
      `Key ${id}, ${wanted.role} for ${flags.areas}, until ${result.expires_at}. It is shown this once; keep it as you keep a password.`,
      `End it sooner with: npx aldyn token revoke ${id}${sameData(flags)}`,
    ].join("\n"),
  );
}

async function list(flags: Flags): Promise<void> {
  const data = dataDirectory(flags.data);
  const found = await withStoreIfAny(data, "aldyn token list", async (store) => (store === undefined ? [] : listTokens(store)));
  const now = new Date().toISOString();
  const state = (token: TokenEntry) => (token.revoked_at !== null ? "revoked" : token.expires_at <= now ? "expired" : "in force");
  print(
    found.map((token) => ({ ...token, state: state(token).replace(" ", "_") })),
    flags,
    () =>
      found.length === 0
        ? "no keys have been made"
        : textTable(
            ["id", "principal", "role", "areas", "for", "expires", "state"],
            found.map((token) => [
              token.id,
              token.principal_id,
              token.role,
              token.areas.map((area) => area || wholeCountry).join(","),
              token.name ?? "",
              token.expires_at,
              state(token),
            ]),
          ),
  );
}

async function revoke(id: string, flags: Flags): Promise<void> {
  const revoked = await withStore(dataDirectory(flags.data), "aldyn token revoke", (store) =>
    audited(
      store,
      "aldyn token revoke",
      () => revokeToken(store, id, { by: commander(), now: new Date() }),
      (token) => [token.id, token.principal_id],
    ),
  );
  print(revoked, flags, () => `Key ${revoked.id} (${revoked.role}) ended at ${revoked.revoked_at}.`);
}

/** An empty code would mean the whole country, which must be said in words; a key to a place that there is not would see nothing, and say nothing of it. */
async function requireCodes({ areas, deployment }: CreateFlags): Promise<string[]> {
  const wrong = (why: string) => new UserError("bad_option", `--areas "${areas}": ${why}`, { exitCode: 2 });
  const codes = areas.split(",").map((code) => code.trim());
  if (codes.includes("")) throw wrong(`give codes such as 61,6110, or ${wholeCountry} for the whole country`);
  const file = readDeployment(deployment).areas;
  const unknown = await unknownAreas(
    file,
    codes.filter((code) => /^\d{1,9}$/.test(code)),
  );
  if (unknown.length > 0) throw wrong(`${file} has no place whose code begins with ${unknown.join(" or ")}`);
  return codes;
}

function milliseconds(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})(h|d)$/.exec(text) ?? [];
  const hours = Number(number) * (unit === "d" ? 24 : 1);
  if (unit === undefined || hours > longestDays * 24)
    throw new UserError("bad_option", `--expires ${text}: give hours or days, for example 12h or 30d, up to ${longestDays}d`, {
      exitCode: 2,
    });
  return hours * 3_600_000;
}
