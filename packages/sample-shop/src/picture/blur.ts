/** A rectangle of pixels: right and bottom are exclusive. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** One box pass along the rows of an area; beyond it lies zero. */
function across(from: Float32Array, to: Float32Array, width: number, radius: number, area: Area): void {
  const share = 1 / (2 * radius + 1);
  for (let y = area.top; y < area.bottom; y++) {
    const start = y * width + area.left;
    const end = y * width + area.right;
    let sum = 0;
    for (let i = start; i < Math.min(start + radius, end); i++) sum += from[i] as number;
    for (let i = start; i < end; i++) {
      if (i + radius < end) sum += from[i + radius] as number;
      if (i - radius > start) sum -= from[i - radius - 1] as number;
      to[i] = sum * share;
    }
  }
}

/** One box pass down the columns, all of them at once so that memory is read in order. */
function down(from: Float32Array, to: Float32Array, width: number, radius: number, area: Area): void {
  const share = 1 / (2 * radius + 1);
  const { left, right, top, bottom } = area;
  const sums = new Float64Array(right - left);
  const add = (y: number, sign: 1 | -1) => {
    const row = y * width + left;
    for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) + sign * (from[row + x] as number);
  };
  for (let y = top; y < Math.min(top + radius, bottom); y++) add(y, 1);
  for (let y = top; y < bottom; y++) {
    if (y + radius < bottom) add(y + radius, 1);
    if (y - radius > top) add(y - radius - 1, -1);
    const row = y * width + left;
    for (let x = 0; x < sums.length; x++) to[row + x] = (sums[x] as number) * share;
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
  across(field, scratch, width, r, area);
  across(scratch, field, width, r, area);
  down(field, scratch, width, r, area);
  down(scratch, field, width, r, area);
}
