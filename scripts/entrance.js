// Renders the picture beside the sign-in form: part of the sample shop's clothes rail.
import { generateProducts, renderBanner } from '@vitrine/sample-shop';
import sharp from 'sharp';

const width = 2600;
const banner = await renderBanner(generateProducts(1, 720), { width });
await sharp(banner)
  .extract({ left: 380, top: 0, width: 1000, height: Math.round(width * 0.4) })
  .webp({ quality: 80 })
  .toFile(new URL('../packages/web/src/features/setup/entrance.webp', import.meta.url).pathname);
