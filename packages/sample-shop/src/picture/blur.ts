/** A rectangle of pixels: right and bottom are exclusive. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** One box pass over `count` samples `stride` apart; beyond the ends lies zero. */
function pass(from: Float32Array, to: Float32Array, start: number, stride: number, count: number, radius: number) {
  const share = 1 / (2 * radius + 1);
  let sum = 0;
  for (let i = 0; i < Math.min(radius, count); i++) sum += from[start + i * stride] as number;
  for (let i = 0; i < count; i++) {
    if (i + radius < count) sum += from[start + (i + radius) * stride] as number;
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * stride] as number;
    to[start + i * stride] = sum * share;
  }
}

let scratch = new Float32Array(0);

/**
 * Blurs a field inside an area, in place: two box passes each way, close to a Gaussian of σ ≈ 0.8 × radius.
 * @param radius in pixels
 */
export function blur(field: Float32Array, width: number, radius: number, area: Area): void {
  const r = Math.max(1, Math.round(radius));
  if (scratch.length < field.length) scratch = new Float32Array(field.length);
  const spare = scratch;
  for (let y = area.top; y < area.bottom; y++) {
    const start = y * width + area.left;
    pass(field, spare, start, 1, area.right - area.left, r);
    pass(spare, field, start, 1, area.right - area.left, r);
  }
  for (let x = area.left; x < area.right; x++) {
    const start = area.top * width + x;
    pass(field, spare, start, width, area.bottom - area.top, r);
    pass(spare, field, start, width, area.bottom - area.top, r);
  }
}
