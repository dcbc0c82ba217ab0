/**
 * The library of a packed model in one file, with what it needs of Vitrine: whoever installs it needs ONNX Runtime and
 * sharp alone.
 */
export default {
  input: 'dist/packed/index.js',
  platform: 'node',
  external: ['onnxruntime-node', 'sharp'],
  output: { file: 'dist/bundle/index.js', format: 'esm', comments: { jsdoc: false } },
};
