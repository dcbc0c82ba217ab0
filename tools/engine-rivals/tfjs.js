// TensorFlow.js on its WebAssembly backend: what the engine benchmark asks of it. Runs in the page of contestant.js.
const { tf } = globalThis;

export async function workloads() {
  tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  tf.wasm.setThreadsCount(2);
  await tf.setBackend('wasm');
  return WORKLOADS;
}

const uniform = (shape) => tf.randomUniform(shape);
const weight = (shape) => tf.variable(tf.randomNormal(shape, 0, 0.05));
const labels = (count, classes) => {
  const indices = Array.from({ length: count }, (_, i) => i % classes);
  return tf.oneHot(tf.tensor1d(indices, 'int32'), classes);
};

/** Batch norm with constants and moments as inference has them, or of the batch. */
function norm(channels) {
  const [scale, shift, mean, variance] = [1, 0, 0, 1].map((value) => tf.variable(tf.fill([channels], value)));
  return (x, training) => {
    const moments = training ? tf.moments(x, [0, 1, 2]) : { mean, variance };
    return tf.batchNorm(x, moments.mean, moments.variance, shift, scale, 1e-5);
  };
}

function convNorm(from, to, kernel, stride) {
  const [filter, normalise] = [weight([kernel, kernel, from, to]), norm(to)];
  return (x, training) => normalise(tf.conv2d(x, filter, stride, 'same'), training);
}

/** ResNet-18, channels last, as TensorFlow.js wants it. */
function resnet18() {
  const stem = convNorm(3, 64, 7, 2);
  const blocks = [64, 128, 256, 512].flatMap((width, stage) =>
    [0, 1].map((block) => {
      const [from, stride] = stage > 0 && block === 0 ? [width / 2, 2] : [width, 1];
      const [first, second] = [convNorm(from, width, 3, stride), convNorm(width, width, 3, 1)];
      const shortcut = stride === 2 ? convNorm(from, width, 1, 2) : (x) => x;
      return (x, training) => tf.relu(tf.add(second(tf.relu(first(x, training)), training), shortcut(x, training)));
    }),
  );
  const head = weight([512, 1000]);
  return (x, training) => {
    const start = tf.maxPool(tf.relu(stem(x, training)), 3, 2, 'same');
    return tf.matMul(
      tf.mean(
        blocks.reduce((y, block) => block(y, training), start),
        [1, 2],
      ),
      head,
    );
  };
}

/** A call whose result is read, as its user would. */
const call = (function_) => async () => {
  const y = tf.tidy(function_);
  await y.data();
  y.dispose();
};

/** One step of a classifier with Adam. */
function training(network, x, onehot) {
  const optimizer = tf.train.adam(1e-3);
  return async () => {
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(onehot, network(x, true)), true);
    await loss.data();
    loss.dispose();
  };
}

/** Word vectors, an LSTM over them, a linear layer on its last state. */
function lstm(vocabulary, width, classes) {
  const [vectors, kernel, head] = [
    weight([vocabulary, width]),
    weight([2 * width, 4 * width]),
    weight([width, classes]),
  ];
  const bias = tf.variable(tf.zeros([4 * width]));
  return (words) => {
    let [cell, hidden] = [tf.zeros([words.shape[0], width]), tf.zeros([words.shape[0], width])];
    for (const word of tf.unstack(tf.gather(vectors, words), 1)) {
      [cell, hidden] = tf.basicLSTMCell(tf.scalar(0), kernel, bias, word, cell, hidden);
    }
    return tf.matMul(hidden, head);
  };
}

function inference(batch) {
  const [network, x] = [resnet18(), uniform([batch, 224, 224, 3])];
  return call(() => network(x, false));
}

const WORKLOADS = {
  'resnet18-64': () => training(resnet18(), uniform([32, 64, 64, 3]), labels(32, 1000)),
  lstm: () => training(lstm(5000, 128, 27), tf.randomUniform([32, 64], 0, 5000, 'int32'), labels(32, 27)),
  'infer-1': () => inference(1),
  'infer-16': () => inference(16),
  matmul: () => {
    const [a, b] = [uniform([1024, 1024]), uniform([1024, 1024])];
    return call(() => tf.matMul(a, b));
  },
  conv: () => {
    const [x, filter] = [uniform([8, 56, 56, 64]), weight([3, 3, 64, 64])];
    return call(() => tf.conv2d(x, filter, 1, 'same'));
  },
  perceptron: () => {
    const sizes = [784, 1024, 1024, 10];
    const layers = sizes.slice(1).map((to, i) => ({ w: weight([sizes[i], to]), b: tf.variable(tf.zeros([to])) }));
    const network = (x) =>
      layers.reduce((y, { w, b }, i) => {
        const sum = tf.add(tf.matMul(y, w), b);
        return i < layers.length - 1 ? tf.relu(sum) : sum;
      }, x);
    return training(network, uniform([128, 784]), labels(128, 10));
  },
};
