/** A reproducible source of random numbers; the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** A Fisher–Yates shuffle, in place. */
  shuffle<Items extends { readonly length: number; [index: number]: unknown }>(items: Items): Items;
}

/** A generator for a seed and a purpose: different words after the seed give independent sequences (xoshiro128**). */
export function createRandom(seed: number, ...purpose: (string | number)[]): Random {
  const next = xoshiro128(hashWords(`${seed}|${purpose.join('|')}`));
  const uniform = () => next() / 4294967296;
  return {
    uniform,
    // Box–Muller; 1 − u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (bound) => Math.floor(uniform() * bound),
    shuffle: (items) => {
      const list: { [index: number]: unknown } = items;
      for (let i = items.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        [list[i], list[j]] = [list[j], list[i]];
      }
      return items;
    },
  };
}

/** xoshiro128** 1.1 (Blackman & Vigna 2018): 32-bit words with period 2¹²⁸ − 1. */
function xoshiro128(state: Uint32Array): () => number {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  return () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
}

/** Four well-mixed words of a text: FNV-1a, then the finalizer of MurmurHash3 over a Weyl sequence. */
function hashWords(text: string): Uint32Array {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return Uint32Array.from({ length: 4 }, (_, i) => {
    let word = (hash + Math.imul(i + 1, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  });
}
