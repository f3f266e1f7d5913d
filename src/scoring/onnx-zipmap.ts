import protobuf from "protobufjs/light.js";
import type { OnnxModel } from "./onnx-format.ts";

/** Field numbers of onnx.proto3: `ModelProto.graph`, `GraphProto.node` and `.output`, `NodeProto.op_type`, `ValueInfoProto.name`. */
const modelGraph = 7;
const graphField = { node: 1, output: 12 } as const;
const nodeOpType = 4;
const valueName = 1;

/**
 * The same file without its ZipMap nodes, which make a list of maps that cannot be read from here: the tensor that goes into one stands as
 * output in its place. Every other byte stays, whatever it means, so that the numbers are the same to the bit.
 */
export function withoutZipMaps(onnx: Uint8Array, { graph }: Pick<OnnxModel, "graph">): Uint8Array {
  const exposed = exposedByZipMap(graph);
  if (exposed.size === 0) return onnx;
  return rewritten(onnx, (field) => {
    if (field.id !== modelGraph) return field.raw;
    const inner = rewritten(field.content, (each) => {
      if (each.id === graphField.node && isZipMap(each.content)) return null;
      const source = each.id === graphField.output ? exposed.get(textOf(each.content, valueName)) : undefined;
      return source === undefined ? each.raw : lengthDelimited(graphField.output, floatTensor(source));
    });
    return lengthDelimited(modelGraph, inner);
  });
}

/** For each output that a ZipMap node makes, the name of the tensor that goes into the node. */
export function exposedByZipMap({ node }: OnnxModel["graph"]): Map<string, string> {
  return new Map(node.filter((each) => each.op_type === "ZipMap").map((each) => [each.output[0] as string, each.input[0] as string]));
}

interface Field {
  id: number;
  /** Tag and content, as they stand in the file. */
  raw: Uint8Array;
  /** What a length-delimited field holds; empty for others. */
  content: Uint8Array;
}

function fieldsOf(message: Uint8Array): Field[] {
  const reader = protobuf.Reader.create(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const tag = reader.uint32();
    const isDelimited = (tag & 7) === 2;
    const content = isDelimited ? reader.bytes() : new Uint8Array();
    if (!isDelimited) reader.skipType(tag & 7);
    fields.push({ id: tag >>> 3, raw: message.subarray(from, reader.pos), content });
  }
  return fields;
}

/** The message with each field as `replace` gives it; null leaves it out. */
function rewritten(message: Uint8Array, replace: (field: Field) => Uint8Array | null): Uint8Array {
  return Buffer.concat(fieldsOf(message).flatMap((field) => replace(field) ?? []));
}

function lengthDelimited(id: number, content: Uint8Array): Uint8Array {
  const head = protobuf.Writer.create()
    .uint32((id << 3) | 2)
    .uint32(content.length)
    .finish();
  return Buffer.concat([head, content]);
}

function isZipMap(node: Uint8Array): boolean {
  return textOf(node, nodeOpType) === "ZipMap";
}

function textOf(message: Uint8Array, id: number): string {
  const field = fieldsOf(message).find((each) => each.id === id);
  return field === undefined ? "" : Buffer.from(field.content).toString("utf8");
}

/** A ValueInfo of a tensor of floats, of any shape: the only kind that ZipMap takes. */
function floatTensor(name: string): Uint8Array {
  const elementType = protobuf.Writer.create().uint32(8).int32(1).finish();
  const type = lengthDelimited(1, elementType);
  return Buffer.concat([lengthDelimited(valueName, Buffer.from(name)), lengthDelimited(2, type)]);
}
