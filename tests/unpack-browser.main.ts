import { join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';

/** Unpacks all that the browser's package brings below the folder for temporary files. `unpack-browser.main.js <packed files>` */
const [packed = ''] = process.argv.slice(2);
await chromium.executablePath(packed);
await inflate(join(packed, 'al2023.tar.br'));
