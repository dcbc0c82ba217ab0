import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

export type Cell = string | number;

/** A Markdown table. */
export function table(headers: string[], rows: Cell[][]): string {
  const line = (cells: Cell[]) => `| ${cells.join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints a benchmark's findings and writes them to `docs/benchmarks/<name>.md`. */
export async function publish(name: string, title: string, sections: string[]): Promise<void> {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`;
  const text = `# ${title}\n\nWritten by \`npm run bench -- ${name}\` on ${machine}.\n\n${sections.join('\n\n')}\n`;
  console.log(text);
  const directory = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));
  await mkdir(directory, { recursive: true });
  await writeFile(`${directory}${name}.md`, text);
}
