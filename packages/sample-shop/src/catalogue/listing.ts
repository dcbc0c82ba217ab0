import type { Design } from '../garments/design.js';
import type { Random } from '../random.js';
import { english } from '../words/english.js';
import { french } from '../words/french.js';
import { german } from '../words/german.js';
import { italian } from '../words/italian.js';
import { spanish } from '../words/spanish.js';
import type { ClothCode, Language, Words } from '../words/words.js';
import { entities, html, typo } from './noise.js';

const PACKS: Record<Language, Words> = { en: english, fr: french, de: german, es: spanish, it: italian };

/** How often sellers do what sellers do. */
export const RATES = { vague: 0.06, typo: 0.12, capitals: 0.07, noDescription: 0.18, entities: 0.3 } as const;

export interface Listing {
  title: string;
  description: string | null;
  colour: string;
  vague: boolean;
}

/** Writes a listing for a design as a seller of one language would. */
export function write(design: Design, language: Language, brand: string, size: string, random: Random): Listing {
  const words = PACKS[language];
  const detail = random
    .shuffle(Object.values(design.cut))
    .map((value) => words.details[value])
    .find((word) => word !== undefined);
  const blanks: Record<string, string> = {
    noun: random.chance(0.6) ? (words.nouns[design.category][0] ?? '') : random.pick(words.nouns[design.category]),
    colour: words.colours[design.colour],
    material: words.materials[design.material as ClothCode],
    pattern: words.patterns[design.pattern],
    department: words.departments[design.department],
    detail: detail ?? '',
    brand,
    size,
  };
  const fill = (template: string) =>
    template
      .replace(/\{(\w+)\}/g, (_, name: string) => blanks[name] ?? '')
      .replace(/\s+/g, ' ')
      .replace(/ ([,.])/g, '$1')
      .replace(/,(\s*,)+/g, ',')
      .replace(/[\s,-]+$/, '')
      .trim();
  const vague = random.chance(RATES.vague);
  let title = fill(random.pick(vague ? words.vague : words.titles));
  title = title.charAt(0).toUpperCase() + title.slice(1);
  if (random.chance(0.15)) title += `, ${words.size} ${size}`;
  if (random.chance(RATES.typo)) title = typo(title, random);
  if (random.chance(RATES.capitals)) title = title.toUpperCase();
  return {
    title,
    description: vague && random.chance(0.5) ? null : describe(words, fill, blanks.pattern !== '', vague, random),
    colour: words.colours[design.colour],
    vague,
  };
}

function describe(
  words: Words,
  fill: (template: string) => string,
  patterned: boolean,
  vague: boolean,
  random: Random,
): string | null {
  if (random.chance(RATES.noDescription)) return null;
  const encoded = random.chance(RATES.entities);
  const fitting = (sentence: string) =>
    (patterned || !sentence.includes('{pattern}')) && !(vague && sentence.includes('{noun}'));
  const sentences = [
    random.pick(words.openings.filter(fitting)),
    ...random.shuffle(words.middles.filter(fitting)).slice(0, 1 + random.int(3)),
    random.pick(words.closings),
  ]
    .map(fill)
    .map((sentence) => (random.chance(RATES.typo / 3) ? typo(sentence, random) : sentence))
    .map((sentence) => (encoded ? entities(sentence) : sentence));
  return html(sentences, random);
}
