import { readFileSync } from "node:fs";
import { Command } from "commander";
import { vi } from "vitest";
import { register } from "../../src/cli/model.ts";
import { UserError } from "../../src/domain/errors.ts";
import { seededRandom } from "../../src/training/random.ts";

/** `aldyn model ...` in this process; what it prints is caught. */
export async function aldyn(...words: string[]): Promise<{ code: number; out: string; problem: string }> {
  const program = new Command("aldyn").exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await program.parseAsync(["model", ...words], { from: "user" });
    return { code: 0, out: written.mock.calls.map(([text]) => String(text)).join(""), problem: "" };
  } catch (error) {
    const out = written.mock.calls.map(([text]) => String(text)).join("");
    return { code: error instanceof UserError ? error.exitCode : 2, out, problem: (error as Error).message };
  } finally {
    written.mockRestore();
  }
}

/** A CSV file of 600 households of three years: children raise the risk, income lowers it; debt is unknown for some. */
export function csv(seed: number): string {
  const random = seededRandom(seed);
  const lines = ["household,year,region,income_lcu,children,debt,is_rural,y"];
  for (let row = 0; row < 600; row++) {
    const [income, children, debt] = [Math.round(Math.exp(9 + 3 * random())), Math.floor(5 * random()), random()];
    const risk = 1 / (1 + Math.exp(1 - 0.6 * children + 0.8 * (Math.log(income) - 10)));
    const cells = [`h${row % 300}`, 2020 + Math.floor(row / 200), row % 2 === 0 ? "north" : "south", income, children];
    lines.push([...cells, random() < 0.2 ? "" : debt.toFixed(3), random() < 0.5, random() < risk ? 1 : 0].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** The cells of a column of a CSV file without quotes. */
export const columnOf = (path: string, name: string) => {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const index = head!.split(",").indexOf(name);
  return lines.map((line) => line.split(",")[index]);
};
