import { GradError } from '../errors.js';
import { formatShape, isShape } from '../graph/shape.js';
import type { ConvGeometry } from './conv-geometry.js';

type Windows = Pick<ConvGeometry, 'kernel' | 'stride' | 'padding' | 'dilation'>;

/** Throws `shape` unless kernel, stride and dilation are whole numbers from 1 on, and padding from 0 on. */
export function requireWindows(op: string, windows: Windows): void {
  const { kernel, stride, padding, dilation } = windows;
  if (!isShape([...kernel, ...stride, ...padding, ...dilation]) || [...kernel, ...stride, ...dilation].includes(0)) {
    throw new GradError(
      'shape',
      `${op}: ${described(windows)} must be whole numbers, from 1 on and padding from 0 on.`,
    );
  }
}

function described({ kernel, stride, padding, dilation }: Windows): string {
  const sizes = [kernel, stride, padding, dilation].map(formatShape);
  return `kernel ${sizes[0]}, stride ${sizes[1]}, padding ${sizes[2]} and dilation ${sizes[3]}`;
}

/** Height and width after sliding a window: ⌊(in + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1. */
export function outputSize(op: string, geometry: Windows & Pick<ConvGeometry, 'input'>): readonly [number, number] {
  requireWindows(op, geometry);
  const { input, kernel, stride, padding, dilation } = geometry;
  const along = (axis: 0 | 1): number => {
    const room = input[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    if (room < 0) {
      const picture = formatShape(input);
      throw new GradError('shape', `${op}: ${described(geometry)} leave no output on a picture of ${picture}.`);
    }
    return Math.floor(room / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}
