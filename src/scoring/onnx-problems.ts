/** onnxruntime's refusals in words, by what their text holds. */
const refusals: readonly [RegExp, (found: RegExpExecArray) => string][] = [
  [
    /Opset (\d+) is under development.*domain (\S+) is till opset (\d+)/s,
    ([, version, domain, most]) =>
      `it uses opset ${version} of ${domain}, newer than ${most}, the last that is known here; export it with target_opset=${most} or lower`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    ([, version, most]) =>
      `it has IR version ${version}, newer than ${most}, the last that is known here; export it with an older onnx package, or set ir_version to ${most} or lower`,
  ],
  [/Missing model IR version/, () => "it says no IR version: it was cut off, or is no whole model; export it again"],
  [
    /Op registered for (\S+) is deprecated in domain_version of (\d+)/,
    ([, name, version]) =>
      `operator ${name} is no longer in opset ${version}; export it with a lower one, for example target_opset={"ai.onnx.ml": 3}`,
  ],
  [
    /No Op registered for (\S+) with domain_version of (-?\d+)/,
    ([, name, version]) =>
      `operator ${name} is not known in opset ${version}; export it with standard operators (ai.onnx, ai.onnx.ml) of that opset`,
  ],
  [
    /No opset import for domain '?([^'\s]*)'?|(\S+)\(-?\d+\) is not a registered function\/op/,
    ([, domain, name]) =>
      `its operators of ${domain ?? name} are not known here; export it with standard operators (ai.onnx, ai.onnx.ml) only`,
  ],
  [/protobuf parsing failed|data pointer is null/i, () => "it is no ONNX model, or was cut off; export or copy it again"],
  [
    /external data|External data/,
    () => "its numbers stand in a second file, which is not taken; export it as one file (save_as_external_data=False)",
  ],
];

/** Why onnxruntime did not load a file, and how to export it, from what it says. */
export function loadProblem(message: string): string {
  for (const [pattern, say] of refusals) {
    const found = pattern.exec(message);
    if (found !== null) return say(found);
  }
  return `it is a broken model: ${withoutSource(message)}; export it again`;
}

/** onnxruntime's text without the place in its own source. */
export function withoutSource(message: string): string {
  return message
    .replace(/^a scoring worker failed: /, "")
    .replace(/\/onnxruntime_src\/.*?\) (?:const )?(?:\[with .*?\] )?(?=[A-Z])/s, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 400);
}
