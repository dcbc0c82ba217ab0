import { bytesOf, onnxType } from './dtype.js';
import type { Attribute, GraphNode, Initializer, Model, ValueInfo } from './model.js';
import { ProtobufWriter } from './protobuf.js';

const IR_VERSION = 10;
const OPSET = 21;
const attributeType = { float: 1, integer: 2, string: 3, floats: 6, integers: 7 } as const;

/** The bytes of an ONNX file. Field numbers are those of onnx.proto (IR 10). */
export function encodeModel(model: Model): Uint8Array {
  const writer = new ProtobufWriter().integer(1, IR_VERSION).string(2, '@vitrine/grad');
  writer.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (out) => encodeNode(out, node));
    graph.string(2, 'graph');
    for (const initializer of model.initializers) graph.message(5, (out) => encodeInitializer(out, initializer));
    for (const input of model.inputs) graph.message(11, (out) => encodeValueInfo(out, input));
    for (const output of model.outputs) graph.message(12, (out) => encodeValueInfo(out, output));
  });
  for (const domain of new Set(['', ...model.nodes.map((node) => node.domain)])) {
    writer.message(8, (out) => out.string(1, domain).integer(2, domain === '' ? OPSET : 1));
  }
  return writer.finish();
}

function encodeNode(out: ProtobufWriter, node: GraphNode): void {
  for (const input of node.inputs) out.string(1, input);
  for (const output of node.outputs) out.string(2, output);
  out.string(3, node.outputs[0] ?? '').string(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    out.message(5, (attribute) => encodeAttribute(attribute.string(1, name), value));
  }
  if (node.domain) out.string(7, node.domain);
}

function encodeAttribute(out: ProtobufWriter, value: Attribute): void {
  if (typeof value === 'number') {
    out.integer(3, value).integer(20, attributeType.integer);
  } else if (typeof value === 'string') {
    out.string(4, value).integer(20, attributeType.string);
  } else if ('float' in value) {
    out.float(2, value.float).integer(20, attributeType.float);
  } else if ('floats' in value) {
    for (const element of value.floats) out.float(7, element);
    out.integer(20, attributeType.floats);
  } else {
    for (const element of value) out.integer(8, element);
    out.integer(20, attributeType.integers);
  }
}

function encodeInitializer(out: ProtobufWriter, { name, shape, dtype, data }: Initializer): void {
  for (const size of shape) out.integer(1, size);
  out.integer(2, onnxType[dtype]).string(8, name).bytes(9, bytesOf(data));
}

function encodeValueInfo(out: ProtobufWriter, value: ValueInfo): void {
  out.string(1, value.name).message(2, (type) => {
    if (value.sequence)
      type.message(4, (sequence) => sequence.message(1, (element) => encodeTensorType(element, value)));
    else encodeTensorType(type, value);
  });
}

function encodeTensorType(out: ProtobufWriter, { shape, dtype }: ValueInfo): void {
  out.message(1, (tensor) =>
    tensor.integer(1, onnxType[dtype]).message(2, (dims) => {
      for (const size of shape) {
        dims.message(1, (dim) => (typeof size === 'number' ? dim.integer(1, size) : dim.string(2, size)));
      }
    }),
  );
}
