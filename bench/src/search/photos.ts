import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import sharp from 'sharp';

/** Products that are drawn; the others are variants of these: drawing takes long. */
const DRAWN = 125;
const SHOP_SIDE = 256;

export interface Photos {
  /** A file of products with their pictures beside it. */
  file: string;
  /** The same with so few rows that a training is short. */
  smallFile: string;
  /** Photos to search with, as a phone's would be: 1200 × 1600 pixels. */
  queries: Buffer[];
}

/** Writes a shop of so many products: drawn ones, and variants of them in cut, colour and brightness. */
export async function writePhotos(folder: string, products: number, asked: number): Promise<Photos> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const designs = generateProducts(7, DRAWN);
  const drawn = await Promise.all(
    designs.map(async ({ design, title, category }) => ({
      ...{ title, category },
      picture: await renderProduct({ design }, { size: 512 }),
    })),
  );
  const rows = ['id,title,category,image'];
  for (let number = 0; number < products; number++) {
    const { picture, title, category } = drawn[number % DRAWN] ?? { picture: Buffer.alloc(0), title: '', category: '' };
    const image = join('images', `${number}.jpg`);
    await writeFile(join(folder, image), await variant(picture, Math.floor(number / DRAWN)));
    rows.push(`${number},"${title.replaceAll('"', '""')}",${category},${image}`);
  }
  const write = async (name: string, count: number) => {
    await writeFile(join(folder, name), rows.slice(0, count + 1).join('\n'));
    return join(folder, name);
  };
  const queries = await Promise.all(
    drawn
      .slice(0, asked)
      .map(({ picture }) =>
        sharp(picture)
          .resize(1200, 1600, { fit: 'contain', background: '#e8e4de' })
          .modulate({ brightness: 0.95 })
          .jpeg({ quality: 90 })
          .toBuffer(),
      ),
  );
  return { file: await write('products.csv', products), smallFile: await write('few.csv', 200), queries };
}

function variant(picture: Buffer, number: number): Promise<Buffer> {
  const inset = 4 + ((number * 7) % 40);
  const side = 512 - inset - ((number * 11) % 30);
  return sharp(picture)
    .extract({ left: inset, top: Math.floor(inset / 2), width: side, height: side })
    .modulate({ hue: (number * 47) % 360, brightness: 0.85 + ((number * 13) % 30) / 100 })
    .flop(number % 2 === 1)
    .resize(SHOP_SIDE, SHOP_SIDE)
    .jpeg({ quality: 88 })
    .toBuffer();
}
