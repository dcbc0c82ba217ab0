import { fashionMnist, myntra, rakuten } from './classify.js';
import { serving } from './serving.js';

const benches: Record<string, () => Promise<void>> = {
  serving,
  rakuten,
  'fashion-mnist': fashionMnist,
  myntra,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length) {
  console.error(`There is no benchmark ${unknown.join(', ')}. Choose from: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) if (!asked.length || asked.includes(name)) await bench();
