import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { didYouMean, UserError } from "../domain/errors.ts";
import { deriveStandards } from "../need/derive-standards.ts";
import { standardsFile } from "../need/standards.ts";
import { readMethod } from "../need/standards-method.ts";
import { type Deployment, listingFiles, readDeployment } from "../parameters/deployment.ts";
import type { Change } from "./change.ts";
import { type Content, changedParameter, changedProgramme, changedRule, merged, withVariants } from "./edits.ts";

const pilotParameter = "pilot_expenditure_criteria";

/**
 * Writes a changed copy of a deployment into `directory` (made anew), so that whatever reads a deployment reads it. A UserError names the change's
 * file and key; `place` is that file.
 */
export async function changedDeployment(deployment: Deployment, change: Change, place: string, directory: string): Promise<Deployment> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { programmes, rules, policy } = listingFiles(deployment);
  const copy = (from: string) => {
    const to = join(directory, basename(from));
    cpSync(from, to, { recursive: true });
    return to;
  };
  const changed = {
    parameters: copy(deployment.parameters),
    rules: copy(rules),
    programmes: copy(programmes),
    policy: copy(policy),
    standards: deployment.standards,
  };
  changeParameters(changed.parameters, change, place);
  changeRules(changed.rules, change, place);
  changeProgrammes(changed.programmes, change, place);
  if (change.policy !== undefined) changePolicy(changed.policy, change.policy, `${place}: policy`);
  const isDerivedAnew = change.standards !== undefined;
  if (isDerivedAnew) {
    changed.standards = copy(deployment.standards);
    changeMethod(changed.standards, change, place);
  }
  const { file: _file, directory: _directory, parameterFiles: _files, ...rest } = deployment;
  const file = join(directory, "deployment.yaml");
  writeFileSync(file, stringify({ ...rest, ...changed }));
  const read = readDeployment(file);
  if (isDerivedAnew) writeFileSync(standardsFile(read.standards), await deriveStandards(read));
  return read;
}

/** Says of faults that a changed copy has where in the change they come from. */
export async function inWordsOfChange<T>(place: string, directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || !error.message.includes(directory)) throw error;
    const words = error.message
      .replaceAll(`${directory}/`, "")
      .replaceAll(/^(parameters|rules|programmes|standards)\/([\w-]+)\.yaml/gm, "$1.$2")
      .replaceAll(/^active\.yaml/gm, "policy");
    throw new UserError("bad_change", words.replaceAll(/^/gm, `${place}: `), { cause: error });
  }
}

const contentOf = (file: string) => parse(readFileSync(file, "utf8"), { schema: "core" }) as Content;
const write = (file: string, content: Content) => writeFileSync(file, stringify(content, { lineWidth: 0 }));
const yamlFiles = (directory: string) => readdirSync(directory).filter((name) => name.endsWith(".yaml"));

function changeParameters(directory: string, { name, parameters = {}, pilot }: Change, place: string): void {
  const wanted: Record<string, number | Record<string, number>> = { ...parameters, ...(pilot === "on" ? { [pilotParameter]: 1 } : {}) };
  const reference = `simulation ${name}`;
  const known: string[] = [];
  for (const yaml of yamlFiles(directory)) {
    const content = contentOf(join(directory, yaml));
    known.push(...Object.keys(content));
    const here = Object.keys(content).filter((parameter) => parameter in wanted);
    for (const parameter of here)
      content[parameter] = changedParameter(content[parameter] as Content, wanted[parameter] as number, reference);
    if (here.length > 0) write(join(directory, yaml), content);
  }
  const missing = Object.keys(wanted).find((parameter) => !known.includes(parameter));
  if (missing !== undefined)
    throw new UserError("bad_change", `${place}: parameters.${missing}: there is no such parameter${didYouMean(missing, known)}`);
}

function changeRules(directory: string, { rules = {} }: Change, place: string): void {
  const ids = yamlFiles(directory).map((yaml) => basename(yaml, ".yaml"));
  for (const [id, parts] of Object.entries(rules)) {
    if (!ids.includes(id)) throw new UserError("bad_change", `${place}: rules.${id}: there is no such rule${didYouMean(id, ids)}`);
    const file = join(directory, `${id}.yaml`);
    write(file, changedRule(contentOf(file), parts, `${place}: rules.${id}`));
  }
}

function changeProgrammes(directory: string, change: Change, place: string): void {
  const files = new Map(yamlFiles(directory).map((yaml) => [basename(yaml, ".yaml"), contentOf(join(directory, yaml))]));
  const codes = [...files.keys()].filter((code) => code !== "terms");
  for (const [code, parts] of Object.entries(change.programmes ?? {})) {
    const at = `${place}: programmes.${code}`;
    const old = codes.includes(code) ? files.get(code) : undefined;
    if (old === undefined && (parts?.conditions === undefined || !/^[a-z][a-z0-9_]*$/.test(code) || code === "terms"))
      throw new UserError("bad_change", `${at}: there is no such programme${didYouMean(code, codes)}; a new one is written whole`);
    files.set(code, old === undefined ? (parts as Content) : changedProgramme(old, parts, at));
  }
  withVariants(files, change, place);
  for (const [code, content] of files) write(join(directory, `${code}.yaml`), content);
}

function changePolicy(file: string, parts: Content, place: string): void {
  const dated = Object.entries(contentOf(file)) as [string, Content][];
  write(file, Object.fromEntries(dated.map(([from, policy]) => [from, merged(policy, parts, place)])));
}

function changeMethod(directory: string, { standards = {} }: Change, place: string): void {
  readMethod(directory);
  const file = join(directory, "method.yaml");
  const content = contentOf(file) as Record<string, { value: Content }[]>;
  for (const [part, changes] of Object.entries(standards))
    content[part] = (content[part] ?? []).map((dated) => ({
      ...dated,
      value: merged(dated.value, changes as Content, `${place}: standards.${part}`),
    }));
  write(file, content);
}
