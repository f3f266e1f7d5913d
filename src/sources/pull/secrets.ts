import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../domain/errors.ts";
import type { Source } from "../source-shapes.ts";

/** Where a secret is: the name of an environment variable, or a path relative to the source. */
export interface SecretPlace {
  key: string;
  variable?: string | undefined;
  file?: string | undefined;
}

/** A secret, trimmed; undefined when it has no place. A UserError names the variable or file that is missing or empty, never what it holds. */
export function readSecret(source: Source, { key, variable, file }: SecretPlace, environment: NodeJS.ProcessEnv): string | undefined {
  if (variable === undefined && file === undefined) return undefined;
  const secret = variable === undefined ? readBeside(source, `${key}_file`, file as string).trim() : environment[variable]?.trim();
  if (secret !== undefined && secret !== "") return secret;
  const place = variable === undefined ? `${key}_file: ${file} is empty` : `${key}_env: ${variable} is not set`;
  throw new UserError("no_secret", `${source.file}: ${place}`);
}

/** A file that a source names, as text. */
export function readBeside(source: Source, key: string, file: string): string {
  try {
    return readFileSync(resolve(source.directory, file), "utf8");
  } catch (cause) {
    throw new UserError("no_file", `${source.file}: ${key}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** The certificates of a `tls` block as PEM, by Node's names. */
export function certificates(
  source: Source,
  tls: { ca_file?: string | undefined; cert_file?: string | undefined; key_file?: string | undefined } | undefined,
): { ca?: string; cert?: string; key?: string } {
  const pem = (name: "ca" | "cert" | "key") => {
    const file = tls?.[`${name}_file`];
    return file === undefined ? {} : { [name]: readBeside(source, `tls.${name}_file`, file) };
  };
  return { ...pem("ca"), ...pem("cert"), ...pem("key") };
}
