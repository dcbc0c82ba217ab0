import sharp from 'sharp';
import { mix } from '../fabric/colours.js';
import type { Random } from '../random.js';

const WALLS = ['#d9cbb8', '#c9b29b', '#b9c0bd', '#cfc4bd', '#a8a59f', '#d8b9a2', '#bcc4cc'] as const;
const DOORS = ['#2f4a3a', '#26324d', '#6a2433', '#3f3a36', '#7a5a3a', '#3d6467'] as const;

/** A shopfront and pavement as an SVG, `wide` × `high` pixels; the pavement begins at 0.74 of the height. */
function facade(wide: number, high: number, random: Random): string {
  const wall = random.pick(WALLS);
  const door = random.pick(DOORS);
  const floor = high * 0.74;
  const unit = high / 100;
  const glass = (x: number, y: number, w: number, h: number) => {
    const shine = `<path d="M${x + w * 0.15} ${y}L${x + w * 0.45} ${y}L${x + w * 0.2} ${y + h}L${x - w * 0.05} ${y + h}Z" fill="#fff" fill-opacity=".13"/>`;
    const glow = `<circle cx="${x + w * 0.6}" cy="${y + h * 0.3}" r="${h * 0.12}" fill="#ffdf9e" fill-opacity=".7"/>`;
    return `<rect x="${x - unit}" y="${y - unit}" width="${w + 2 * unit}" height="${h + 2 * unit}" fill="${door}"/><rect x="${x}" y="${y}" width="${w}" height="${h}" fill="url(#glass)"/>${glow}${shine}`;
  };
  const stripe = mix(door, '#f4eee2', random.chance(0.5) ? 0.15 : 0.8);
  let fronts = '';
  let x = -random.range(0, 20) * unit;
  while (x < wide) {
    const w = random.range(34, 48) * unit;
    fronts += glass(x, high * 0.25, w, floor - high * 0.31);
    if (random.chance(0.65)) {
      const y = high * 0.2;
      const slats = Array.from(
        { length: 8 },
        (_, i) =>
          `<path d="M${x + (i * w) / 8} ${y}h${w / 8}l${unit * 0.4} ${unit * 8}h${-w / 8}Z" fill="${i % 2 ? '#f2ede2' : stripe}"/>`,
      ).join('');
      fronts += `${slats}<rect x="${x}" y="${y + unit * 8}" width="${w}" height="${unit * 2}" fill="#000" fill-opacity=".14"/>`;
    }
    x += w + random.range(5, 9) * unit;
    const d = 15 * unit;
    fronts += `<rect x="${x}" y="${high * 0.26}" width="${d}" height="${floor - high * 0.26}" fill="${door}"/><rect x="${x + d * 0.2}" y="${high * 0.31}" width="${d * 0.6}" height="${high * 0.24}" fill="url(#glass)"/><circle cx="${x + d * 0.85}" cy="${high * 0.56}" r="${unit * 0.7}" fill="#d0a94f"/>`;
    x += d + random.range(5, 9) * unit;
    const leaves = Array.from(
      { length: 26 },
      () =>
        `<circle cx="${x + random.normal() * 3.4 * unit}" cy="${floor - 15 * unit + random.normal() * 5 * unit}" r="${random.range(1.4, 2.9) * unit}" fill="${mix('#4f6b4a', '#a7b77f', random.next())}"/>`,
    ).join('');
    fronts += `${leaves}<path d="M${x - 4 * unit} ${floor - 8 * unit}h${8 * unit}l${-unit} ${9 * unit}h${-6 * unit}Z" fill="#a9745a"/>`;
    x += random.range(4, 8) * unit;
  }
  const bricks = Array.from(
    { length: 12 },
    (_, i) =>
      `<path d="M0 ${i * high * 0.065}H${wide}" stroke="#000" stroke-opacity=".05" stroke-width="${unit * 0.4}"/>`,
  ).join('');
  const slabs = Array.from(
    { length: 16 },
    (_, i) =>
      `<path d="M${wide * (i / 15)} ${floor}L${wide * (0.5 + (i / 15 - 0.5) * 2.4)} ${high}" stroke="#000" stroke-opacity=".09" stroke-width="${unit * 0.3}"/>`,
  ).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"><defs>` +
    `<linearGradient id="glass" x2="0" y2="1"><stop offset="0" stop-color="#71818a"/><stop offset=".6" stop-color="#46535a"/><stop offset="1" stop-color="#3a3f3f"/></linearGradient>` +
    `<linearGradient id="floor" x2="0" y2="1"><stop offset="0" stop-color="#a9a299"/><stop offset="1" stop-color="#d2cbc0"/></linearGradient>` +
    `<linearGradient id="sun" x2="1" y2="1"><stop offset="0" stop-color="#fff3d6" stop-opacity=".42"/><stop offset=".6" stop-color="#fff" stop-opacity="0"/></linearGradient></defs>` +
    `<rect width="${wide}" height="${high}" fill="${wall}"/>${bricks}<rect y="${high * 0.12}" width="${wide}" height="${unit * 2}" fill="#fff" fill-opacity=".25"/>${fronts}` +
    `<rect y="${floor}" width="${wide}" height="${high - floor}" fill="url(#floor)"/>${slabs}<rect y="${floor}" width="${wide}" height="${unit * 1.6}" fill="#000" fill-opacity=".16"/>` +
    `<rect width="${wide}" height="${high}" fill="url(#sun)"/></svg>`
  );
}

/** A street out of focus, RGB. */
export async function street(wide: number, high: number, random: Random): Promise<Buffer> {
  return sharp(Buffer.from(facade(wide, high, random)))
    .blur(Math.max(0.4, high * 0.006))
    .removeAlpha()
    .raw()
    .toBuffer();
}
