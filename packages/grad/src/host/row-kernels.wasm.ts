const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

// Instructions, by their numbers in the WebAssembly core specification 2.0.
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32 = (value: number) => [0x41, value];
const ADD = 0x6a;
const AND = 0x71;
const SHIFT_LEFT = 0x74;
const LESS_UNSIGNED = 0x49;
const splat = [0xfd, 0x13];
const lane = (index: number) => [0xfd, 0x1f, index];

/** The same instructions for one number and for four at once. */
interface Arithmetic {
  readonly bytes: number;
  readonly load: readonly number[];
  readonly store: readonly number[];
  readonly sqrt: readonly number[];
  readonly add: readonly number[];
  readonly sub: readonly number[];
  readonly mul: readonly number[];
  readonly div: readonly number[];
}

const ONE: Arithmetic = {
  bytes: 4,
  load: [0x2a, 2, 0],
  store: [0x38, 2, 0],
  sqrt: [0x91],
  add: [0x92],
  sub: [0x93],
  mul: [0x94],
  div: [0x95],
};

const FOUR: Arithmetic = {
  bytes: 16,
  load: [0xfd, 0x00, 2, 0],
  store: [0xfd, 0x0b, 2, 0],
  sqrt: [0xfd, 0xe3, 0x01],
  add: [0xfd, 0xe4, 0x01],
  sub: [0xfd, 0xe5, 0x01],
  mul: [0xfd, 0xe6, 0x01],
  div: [0xfd, 0xe7, 0x01],
};

const END = 0x0b;

const advance = (local: number, bytes: number) => [...get(local), ...i32(bytes), ADD, ...set(local)];

/** while (local < limit) body */
const whileBelow = (local: number, limit: number, body: readonly number[]) => [
  ...[0x02, 0x40, 0x03, 0x40], // block, loop
  ...[...get(local), ...get(limit), LESS_UNSIGNED, 0x45, 0x0d, 1], // leave the block unless local < limit
  ...body,
  ...[0x0c, 0, END, END], // again
];

/** limit = pointer + 4 · (n rounded down to vectors, or all of n) */
const setLimit = (limit: number, pointer: number, n: number, mask: number) => [
  ...[...get(n), ...i32(mask), AND, ...i32(2), SHIFT_LEFT],
  ...[...get(pointer), ADD, ...set(limit)],
];
const VECTORS = 0x7c; // −4 in signed LEB128
const ALL = 0x7f; // −1

function axpyBody(): number[] {
  const [y, x, n, a, limit, factors] = [0, 1, 2, 3, 4, 5] as const;
  const step = ({ load, store, add, mul, bytes }: Arithmetic, factor: number) => [
    ...[...get(y), ...get(y), ...load, ...get(factor), ...get(x), ...load, ...mul, ...add, ...store],
    ...[...advance(y, bytes), ...advance(x, bytes)],
  ];
  return [
    ...[2, 1, I32, 1, V128], // locals
    ...[...get(a), ...splat, ...set(factors)],
    ...setLimit(limit, y, n, VECTORS),
    // The scalar loop needs the end of the whole row, so n is replaced by it before y moves.
    ...setLimit(n, y, n, ALL),
    ...whileBelow(y, limit, step(FOUR, factors)),
    ...whileBelow(y, n, step(ONE, a)),
    END,
  ];
}

function squareSumBody(): number[] {
  const [x, n, limit, total, sums] = [0, 1, 2, 3, 4] as const;
  const addLane = (index: number) => [...get(sums), ...lane(index), ...ONE.add];
  const step = ({ load, add, mul, bytes }: Arithmetic, sum: number) => [
    ...[...get(sum), ...get(x), ...load, ...get(x), ...load, ...mul, ...add, ...set(sum)],
    ...advance(x, bytes),
  ];
  return [
    ...[3, 1, I32, 1, F32, 1, V128], // locals
    ...setLimit(limit, x, n, VECTORS),
    ...setLimit(n, x, n, ALL),
    ...whileBelow(x, limit, step(FOUR, sums)),
    ...[...get(total), ...addLane(0), ...addLane(1), ...addLane(2), ...addLane(3), ...set(total)],
    ...whileBelow(x, n, step(ONE, total)),
    ...[...get(total), END],
  ];
}

/** Parameters 0 to 3 are addresses, 4 the length, 5 to 11 the factors; see `RowKernels.adam`. */
function adamBody(): number[] {
  const [value, gradient, mean, square, n, limit] = [0, 1, 2, 3, 4, 12] as const;
  const factors = [5, 6, 7, 8, 9, 10, 11] as const;
  const splatted = factors.map((_, i) => 13 + i);
  const step = (
    { load, store, sqrt, add, sub, mul, div, bytes }: Arithmetic,
    [beta1, gamma1, beta2, gamma2, rate, inverse, epsilon]: readonly number[],
    [g, m, v]: readonly [number, number, number],
  ) => [
    ...[...get(gradient), ...load, ...set(g)],
    ...[...get(mean), ...get(mean), ...load, ...get(beta1!), ...mul],
    ...[...get(g), ...get(gamma1!), ...mul, ...add, ...tee(m), ...store],
    ...[...get(square), ...get(square), ...load, ...get(beta2!), ...mul],
    ...[...get(g), ...get(g), ...mul, ...get(gamma2!), ...mul, ...add, ...tee(v), ...store],
    ...[...get(value), ...get(value), ...load, ...get(rate!), ...get(m), ...mul],
    ...[...get(v), ...sqrt, ...get(inverse!), ...mul, ...get(epsilon!), ...add, ...div, ...sub, ...store],
    ...[value, gradient, mean, square].flatMap((address) => advance(address, bytes)),
  ];
  return [
    ...[3, 1, I32, 10, V128, 3, F32], // locals 12, 13 to 22, 23 to 25
    ...factors.flatMap((factor, i) => [...get(factor), ...splat, ...set(splatted[i]!)]),
    ...setLimit(limit, value, n, VECTORS),
    ...setLimit(n, value, n, ALL),
    ...whileBelow(value, limit, step(FOUR, splatted, [20, 21, 22])),
    ...whileBelow(value, n, step(ONE, factors, [23, 24, 25])),
    END,
  ];
}

/**
 * The module of the kernels that `RowKernels` describes: types, the imported memory `host.memory`, three functions and
 * their names.
 */
export function rowKernelsModule(): Uint8Array {
  const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const sized = (body: readonly number[]) => [...unsigned(body.length), ...body];
  const takes = (...types: number[]) => [types.length, ...types];
  const signatures = [
    [0x60, ...takes(I32, I32, I32, F32), 0],
    [0x60, ...takes(I32, I32), 1, F32],
    [0x60, ...takes(I32, I32, I32, I32, I32, F32, F32, F32, F32, F32, F32, F32), 0],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [signatures.length, ...signatures.flat()]),
    ...section(2, [1, ...text('host'), ...text('memory'), 2, 0, 1]),
    ...section(3, [3, 0, 1, 2]),
    ...section(7, [3, ...text('axpy'), 0, 0, ...text('squareSum'), 0, 1, ...text('adam'), 0, 2]),
    ...section(10, [3, ...sized(axpyBody()), ...sized(squareSumBody()), ...sized(adamBody())]),
  ]);
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
