import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine } from './machine.js';

export type Cell = string | number;

/** A Markdown table. */
export function table(headers: string[], rows: Cell[][]): string {
  const line = (cells: Cell[]) => `| ${cells.join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints a benchmark's findings and writes them to `docs/benchmarks/<name>.md`. */
export async function publish(name: string, title: string, sections: string[]): Promise<void> {
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
  const written = `Written by \`${command}\` on ${await describeMachine()}`;
  const text = `# ${title}\n\n${written}\n\n${sections.join('\n\n')}\n`;
  console.log(text);
  const directory = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));
  await mkdir(directory, { recursive: true });
  await writeFile(`${directory}${name}.md`, text);
}
