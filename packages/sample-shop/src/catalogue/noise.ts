import type { Random } from '../random.js';

const ENTITIES: Record<string, string> = {
  é: '&eacute;',
  è: '&egrave;',
  ü: '&uuml;',
  ß: '&szlig;',
  ñ: '&ntilde;',
  '&': '&amp;',
  '’': '&rsquo;',
  '°': '&deg;',
  ö: '&ouml;',
  ó: '&oacute;',
};

/** One slip of the fingers: two letters swapped, one dropped or one doubled, never the first of a word. */
export function typo(text: string, random: Random): string {
  const places = [...text.matchAll(/\p{L}{4,}/gu)];
  if (places.length === 0) return text;
  const word = random.pick(places);
  const at = word.index + 1 + random.int(word[0].length - 2);
  const [a, b] = [text.charAt(at), text.charAt(at + 1)];
  const slip = random.pick([b + a, b, a + a + b]);
  return text.slice(0, at) + slip + text.slice(at + 2);
}

/** Some of the accented letters and signs as HTML entities. */
export function entities(text: string): string {
  return text.replace(/[éèüßñ&’°öó]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** Sentences as HTML in one of the ways sellers' tools produce it. */
export function html(sentences: readonly string[], random: Random): string {
  switch (random.int(5)) {
    case 0:
      return sentences.map((sentence) => `<p>${sentence}</p>`).join('');
    case 1:
      return `<p>${sentences[0]}</p><ul>${sentences
        .slice(1)
        .map((sentence) => `<li>${sentence}</li>`)
        .join('')}</ul>`;
    case 2:
      return sentences.join('<br />');
    case 3:
      return `<div class="desc"><b>${sentences[0]}</b>&nbsp; ${sentences.slice(1).join(' ')}</div>`;
    default:
      return sentences.join(' ');
  }
}
