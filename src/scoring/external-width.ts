import type { OnnxModel, OnnxNode } from "./onnx-format.ts";

/** Operators that give as many columns as they take. */
const keepsWidth = new Set(["Cast", "Identity", "Imputer", "Scaler", "Normalizer"]);

/** How many columns the operators behind an input want, as far as they say: a file need not declare it, and may declare it wrongly. */
export function widthWanted({ node }: Pick<OnnxModel["graph"], "node">, input: string): { exactly?: number; least: number } {
  let least = 1;
  const reached = [input];
  for (const tensor of reached)
    for (const each of node.filter((other) => other.input[0] === tensor)) {
      const exactly = exactWidth(each);
      if (exactly !== undefined) return { exactly, least };
      least = Math.max(least, ...treeWidths(each));
      if (keepsWidth.has(each.op_type)) reached.push(...each.output.slice(0, 1));
    }
  return { least };
}

function exactWidth(node: OnnxNode): number | undefined {
  const length = (name: string) => node.attribute?.find((each) => each.name === name)?.floats?.length ?? 0;
  const several = (count: number) => (count > 1 ? count : undefined);
  if (node.op_type === "Scaler") return several(length("offset"));
  if (node.op_type === "Imputer") return several(length("imputed_value_floats"));
  if (node.op_type === "LinearClassifier" || node.op_type === "LinearRegressor") {
    const width = length("coefficients") / length("intercepts");
    return Number.isInteger(width) ? width : undefined;
  }
  return undefined;
}

function treeWidths({ attribute }: OnnxNode): number[] {
  const ids = attribute?.find((each) => each.name === "nodes_featureids")?.ints ?? [];
  return [ids.reduce((most, id) => Math.max(most, id), -1) + 1];
}
