import { abs, add, concat, mul, relu, slice, sqrt, square, sub, type Tensor } from '@vitrine/grad';

/** Directions told apart, over half a turn. */
const ANGLES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => (k * Math.PI) / 9);
/** How much of a gradient's strength points in the direction next to its own. */
const NEXT = Math.cos(Math.PI / ANGLES.length);
/** Of red, green and blue in what the eye sees as light. */
const LUMINANCE = [0.299, 0.587, 0.114];

/**
 * How strongly edges run in each of nine directions, [N, 9, H − 2, W − 2], from pictures [N, C, H, W]: the gradients of
 * the luminance, each shared between the two directions nearest to its own, as for histograms of oriented gradients
 * (Dalal & Triggs 2005). Nothing of it is learnt.
 */
export function edgeMaps(pictures: Tensor): Tensor {
  const [, channels, height, width] = pictures.shape as [number, number, number, number];
  const light = channels === 3 ? luminance(pictures) : pictures;
  const window = (top: number, left: number) =>
    slice(light, { 2: [top, height - 2 + top], 3: [left, width - 2 + left] });
  const across = sub(window(1, 2), window(1, 0));
  const down = sub(window(2, 1), window(0, 1));
  const others = mul(sqrt(add(add(square(across), square(down)), 1e-12)), NEXT);
  const [first, ...rest] = ANGLES.map((angle) => {
    const along = add(mul(across, Math.cos(angle)), mul(down, Math.sin(angle)));
    return relu(sub(abs(along), others));
  });
  return concat([first!, ...rest], 1);
}

function luminance(pictures: Tensor): Tensor {
  const [red, green, blue] = LUMINANCE.map((share, c) => mul(slice(pictures, { 1: [c, c + 1] }), share));
  return add(add(red!, green!), blue!);
}
