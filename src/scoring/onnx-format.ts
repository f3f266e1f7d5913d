import protobuf from "protobufjs/light.js";

/** The part of ONNX's protobuf schema (onnx.proto3, field numbers as there) that a small graph of tensors needs. */
const schema: protobuf.INamespace = {
  nested: {
    ModelProto: message({
      ir_version: ["int64", 1],
      producer_name: ["string", 2],
      graph: ["GraphProto", 7],
      opset_import: ["repeated OperatorSetId", 8],
      metadata_props: ["repeated StringEntry", 14],
    }),
    OperatorSetId: message({ domain: ["string", 1], version: ["int64", 2] }),
    StringEntry: message({ key: ["string", 1], value: ["string", 2] }),
    GraphProto: message({
      node: ["repeated NodeProto", 1],
      name: ["string", 2],
      initializer: ["repeated TensorProto", 5],
      input: ["repeated ValueInfo", 11],
      output: ["repeated ValueInfo", 12],
    }),
    NodeProto: message({
      input: ["repeated string", 1],
      output: ["repeated string", 2],
      name: ["string", 3],
      op_type: ["string", 4],
      attribute: ["repeated AttributeProto", 5],
      domain: ["string", 7],
    }),
    AttributeProto: message({
      name: ["string", 1],
      i: ["int64", 3],
      t: ["TensorProto", 5],
      ints: ["repeated int64", 8],
      type: ["int32", 20],
    }),
    TensorProto: message({
      dims: ["repeated int64", 1],
      data_type: ["int32", 2],
      int32_data: ["repeated int32", 5],
      int64_data: ["repeated int64", 7],
      name: ["string", 8],
      double_data: ["repeated double", 10],
    }),
    ValueInfo: message({ name: ["string", 1], type: ["TypeProto", 2] }),
    TypeProto: message({ tensor_type: ["TensorType", 1] }),
    TensorType: message({ elem_type: ["int32", 1], shape: ["ShapeProto", 2] }),
    ShapeProto: message({ dim: ["repeated Dimension", 1] }),
    Dimension: message({ dim_value: ["int64", 1], dim_param: ["string", 2] }),
  },
};

function message(fields: Record<string, readonly [type: string, id: number]>): protobuf.IType {
  const declared = Object.entries(fields).map(([name, [type, id]]) => {
    const isRepeated = type.startsWith("repeated ");
    return [name, { id, type: type.replace("repeated ", ""), ...(isRepeated ? { rule: "repeated" } : {}) }];
  });
  return { fields: Object.fromEntries(declared) as Record<string, protobuf.IField> };
}

const modelProto = protobuf.Root.fromJSON(schema).lookupType("ModelProto");

export const elementTypes = { uint8: 2, int64: 7, bool: 9, double: 11 } as const;

/** A constant of a graph. */
export interface OnnxTensor {
  name: string;
  dims: number[];
  data_type: number;
  double_data?: number[];
  /** Booleans and whole numbers of up to 32 bits. */
  int32_data?: number[];
  int64_data?: number[];
}
/** A setting of a node: `i` has type 2, `t` 4, `ints` 7. */
export interface OnnxAttribute {
  name: string;
  type: number;
  i?: number;
  t?: OnnxTensor;
  ints?: number[];
}
export interface OnnxNode {
  op_type: string;
  input: string[];
  output: string[];
  attribute?: OnnxAttribute[];
  /** Of the operator; the standard ones have none. */
  domain?: string;
}
/** A tensor that goes in or comes out; a named dimension may have any length. */
export interface OnnxValue {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: { dim_value?: number; dim_param?: string }[] } } };
}
/** A model file's content; names are those of ONNX. */
export interface OnnxModel {
  ir_version: number;
  producer_name: string;
  opset_import: { domain: string; version: number }[];
  metadata_props: { key: string; value: string }[];
  graph: { name: string; node: OnnxNode[]; initializer: OnnxTensor[]; input: OnnxValue[]; output: OnnxValue[] };
}

/** The bytes of a model file; equal models have equal bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  return new Uint8Array(modelProto.encode(modelProto.create(model)).finish());
}

/** The content of a model file as far as this schema knows it; an Error when the bytes are no ONNX model. */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  const model = modelProto.toObject(modelProto.decode(bytes), { longs: Number, arrays: true, defaults: false }) as Partial<OnnxModel>;
  if (model.graph === undefined || model.opset_import?.length === 0) throw new Error("the file holds no ONNX graph");
  return model as OnnxModel;
}
