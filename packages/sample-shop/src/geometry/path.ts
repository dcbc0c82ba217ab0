/** An axis-aligned box in body units. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

type Point = readonly [x: number, y: number];
type Segment = readonly [c1: Point, c2: Point, end: Point];

const round = (n: number) => Math.round(n * 100) / 100;

/**
 * A path of cubic segments in body units (centimetres; x to the viewer's right, y down).
 * Drawn clockwise, a positive bulge is always outward.
 */
export class Path {
  private readonly segments: Segment[] = [];

  constructor(
    private readonly startX: number,
    private readonly startY: number,
  ) {}

  /** The point reached so far. */
  get end(): Point {
    return this.segments.at(-1)?.[2] ?? [this.startX, this.startY];
  }

  /** Goes to a point on an arc whose middle lies `bulge` × the distance to the left-hand (outer) side. */
  to(x: number, y: number, bulge = 0): this {
    const [fromX, fromY] = this.end;
    const dx = x - fromX;
    const dy = y - fromY;
    const out = (bulge * 4) / 3;
    this.segments.push([
      [fromX + dx / 3 + dy * out, fromY + dy / 3 - dx * out],
      [fromX + (dx * 2) / 3 + dy * out, fromY + (dy * 2) / 3 - dx * out],
      [x, y],
    ]);
    return this;
  }

  /** Goes to a point on a cubic Bézier curve. */
  curve(c1x: number, c1y: number, c2x: number, c2y: number, x: number, y: number): this {
    this.segments.push([
      [c1x, c1y],
      [c2x, c2y],
      [x, y],
    ]);
    return this;
  }

  /** Closes a right half drawn from the axis to the axis with its mirror image. */
  mirrored(): this {
    const starts: Point[] = [[this.startX, this.startY], ...this.segments.map((segment) => segment[2])];
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const [c1, c2] = this.segments[i] as Segment;
      const [x, y] = starts[i] as Point;
      this.segments.push([
        [-c2[0], c2[1]],
        [-c1[0], c1[1]],
        [-x, y],
      ]);
    }
    return this;
  }

  /** The same path on the other side of the body's axis. */
  flipped(): Path {
    return this.mapped(([x, y]) => [-x, y]);
  }

  /** The same path scaled about the origin, turned (degrees, clockwise), then moved. */
  placed(x: number, y: number, scale = 1, degrees = 0): Path {
    const cos = Math.cos((degrees * Math.PI) / 180) * scale;
    const sin = Math.sin((degrees * Math.PI) / 180) * scale;
    return this.mapped(([px, py]) => [x + px * cos - py * sin, y + px * sin + py * cos]);
  }

  private mapped(move: (point: Point) => Point): Path {
    const out = new Path(...move([this.startX, this.startY]));
    for (const [c1, c2, end] of this.segments) out.segments.push([move(c1), move(c2), move(end)]);
    return out;
  }

  /** The SVG path data, left open. */
  get line(): string {
    const body = this.segments.map((segment) => `C${segment.map(([x, y]) => `${round(x)} ${round(y)}`).join(' ')}`);
    return `M${round(this.startX)} ${round(this.startY)}${body.join('')}`;
  }

  /** The SVG path data, closed. */
  get shape(): string {
    return `${this.line}Z`;
  }

  /** The bounds of end and control points: a little generous, never too small. */
  get bounds(): Box {
    const points = [[this.startX, this.startY] as Point, ...this.segments.flat()];
    const xs = points.map((point) => point[0]);
    const ys = points.map((point) => point[1]);
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  }
}

/** A circle or ellipse, clockwise. */
export function ellipse(x: number, y: number, rx: number, ry = rx): Path {
  const k = 0.5523;
  return new Path(x, y - ry)
    .curve(x + k * rx, y - ry, x + rx, y - k * ry, x + rx, y)
    .curve(x + rx, y + k * ry, x + k * rx, y + ry, x, y + ry)
    .curve(x - k * rx, y + ry, x - rx, y + k * ry, x - rx, y)
    .curve(x - rx, y - k * ry, x - k * rx, y - ry, x, y - ry);
}

/** The smallest box around several. */
export function union(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}
