import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { readYaml } from "./yaml-file.ts";

const scale = z.number().positive().max(1);

const DeploymentFile = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  time_zone: z.string().min(1),
  areas: z.string().min(1),
  quarters: z.string().min(1),
  parameters: z.string().min(1),
  features: z.string().min(1),
  rules: z.string().min(1).default("rules"),
  offers: z.string().min(1).default("offers.yaml"),
  programmes: z.string().min(1).default("programmes"),
  levels: z.string().min(1).default("levels.yaml"),
  policy: z.string().min(1).default("active.yaml"),
  promotion: z.string().min(1).default("promotion.yaml"),
  authority: z.string().min(1).default("authority.yaml"),
  standards: z.string().min(1).default("standards"),
  sources: z.array(z.string().min(1)).default([]),
  household_units: z.strictObject({ first_adult: scale, further_adult: scale, child: scale }),
  /** Days of the series of indicators that a run measures: the day itself, and first days of the months before it. */
  indicator_months: z.int().min(1).max(36).default(1),
  max_orphan_share: z.number().min(0).max(1).default(0.01),
});

/** Country, currency, time zone, and where the files that judge are; every path absolute. */
export type Deployment = z.output<typeof DeploymentFile> & {
  file: string;
  directory: string;
  /** What legal values come from: the parameters' directory and the quarters' CSV. */
  parameterFiles: readonly string[];
};

const places = [
  "areas",
  "quarters",
  "parameters",
  "features",
  "rules",
  "offers",
  "programmes",
  "levels",
  "policy",
  "promotion",
  "authority",
  "standards",
] as const;
/** A deployment that makes no lists, such as a survey's, needs none of them. */
const onlyForLists: readonly string[] = ["rules", "offers", "programmes", "levels", "policy", "promotion", "authority", "standards"];

/** Reads a deployment's YAML. A UserError names an unknown key, a bad value or a file that is not there. */
export function readDeployment(file: string): Deployment {
  const path = resolve(file);
  if (!existsSync(path)) throw new UserError("no_deployment", `${path} does not exist; name a deployment's YAML file`, { exitCode: 2 });
  const read = readYaml(path, DeploymentFile);
  const directory = dirname(path);
  for (const place of places) {
    const named = read[place];
    read[place] = resolve(directory, named);
    if (!existsSync(read[place]) && !onlyForLists.includes(place))
      throw new UserError("bad_deployment", `${path}: ${place}: ${named} does not exist; paths are relative to the file's directory`);
  }
  const sources = read.sources.map((source) => resolve(directory, source));
  return { ...read, sources, file: path, directory, parameterFiles: [read.parameters, read.quarters] };
}

/** Where rules, forms of support, programmes and policy are; a UserError when one of them is missing, since a nightly run needs all of them. */
export function listingFiles(deployment: Deployment): { rules: string; offers: string; programmes: string; policy: string } {
  const { rules, offers, programmes, policy } = deployment;
  for (const path of [rules, offers, programmes, policy])
    if (!existsSync(path)) throw new UserError("bad_deployment", `${deployment.file}: a list needs ${path}, which does not exist`);
  return { rules, offers, programmes, policy };
}
