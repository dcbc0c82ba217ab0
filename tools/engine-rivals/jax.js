// jax-js on its WebAssembly backend: what the engine benchmark asks of it. Runs in the page of contestant.js.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from '/node_modules/@jax-js/jax/dist/index.js';

export async function workloads() {
  await init('wasm');
  defaultDevice('wasm');
  return WORKLOADS;
}

const uniform = (shape) => random.uniform(random.key(1), shape);
const weight = (shape) => random.uniform(random.key(2), shape).sub(0.5).mul(0.1);

/** A compiled function; its result is waited for and freed. */
function call(function_, inputs) {
  const compiled = jit(function_);
  return async () => {
    const y = compiled(...inputs.map((input) => input.ref));
    await blockUntilReady(y);
    y.dispose();
  };
}

const SIZES = [784, 1024, 1024, 10];
const [DECAY, SQUARE_DECAY, RATE, EPSILON] = [0.9, 0.999, 1e-3, 1e-8];

function perceptron({ weights, biases }, x) {
  return weights.reduce((y, w, i) => {
    const sum = np.matmul(y, w).add(biases[i]);
    return i < weights.length - 1 ? nn.relu(sum) : sum;
  }, x);
}

function loss(parameters, x, onehot) {
  return np.mean(np.sum(nn.logSoftmax(perceptron(parameters, x)).mul(onehot), 1)).neg();
}

/** Adam without the correction of its first steps, which costs nothing. Every array belongs to who is given it. */
function step(state, x, onehot) {
  const [value, gradient] = valueAndGrad(loss)(tree.ref(state.parameters), x, onehot);
  const mean = tree.map((m, g) => m.mul(DECAY).add(g.mul(1 - DECAY)), state.mean, tree.ref(gradient));
  const square = tree.map(
    (v, g) => v.mul(SQUARE_DECAY).add(g.ref.mul(g).mul(1 - SQUARE_DECAY)),
    state.square,
    gradient,
  );
  const parameters = tree.map(
    (p, m, v) => p.sub(m.mul(RATE).div(np.sqrt(v).add(EPSILON))),
    state.parameters,
    tree.ref(mean),
    tree.ref(square),
  );
  return { value, state: { parameters, mean, square } };
}

function training() {
  const compiled = jit(step);
  const create = (of) => ({
    weights: SIZES.slice(1).map((to, i) => of([SIZES[i], to])),
    biases: SIZES.slice(1).map((to) => of([to])),
  });
  let state = { parameters: create(weight), mean: create(np.zeros), square: create(np.zeros) };
  const [x, onehot] = [uniform([128, SIZES[0]]), uniform([128, 10])];
  return async () => {
    const result = compiled(state, x.ref, onehot.ref);
    state = result.state;
    await blockUntilReady(state);
    result.value.dispose();
  };
}

const WORKLOADS = {
  matmul: () => call((a, b) => np.matmul(a, b), [uniform([1024, 1024]), uniform([1024, 1024])]),
  conv: () => call((x, w) => lax.conv(x, w, [1, 1], 'SAME'), [uniform([8, 64, 56, 56]), weight([64, 64, 3, 3])]),
  perceptron: training,
};
