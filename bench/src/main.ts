import { parseArgs } from 'node:util';
import { calibration } from './calibration.js';
import { fashionMnist, myntra, rakuten } from './classify.js';
import { collect } from './collect/collect.js';
import { engine } from './engine/engine.js';
import { parallel } from './engine/parallel.js';
import { index } from './index/index.js';
import { apparel } from './search/apparel.js';
import { search } from './search/search.js';
import { serving } from './serving.js';
import { similar } from './similar.js';

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '12' }, pages: { type: 'string' } },
});

const benches: Record<string, () => Promise<void>> = {
  serving,
  engine: () => engine({ only: values.only, rounds: Number(values.rounds) }),
  parallel: () => parallel(Number(values.rounds)),
  collect: () => collect({ pages: values.pages === undefined ? undefined : Number(values.pages) }),
  index: () => index({ only: values.only }),
  search,
  apparel,
  rakuten,
  'fashion-mnist': fashionMnist,
  myntra,
  calibration,
  similar: () => similar({ only: values.only }),
};

const unknown = asked.filter((name) => !(name in benches));
if (unknown.length) {
  console.error(`There is no benchmark ${unknown.join(', ')}. Choose from: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) if (!asked.length || asked.includes(name)) await bench();
