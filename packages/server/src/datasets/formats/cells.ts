/** What programs write where there is nothing. */
const MISSING = /^(nan|null|none|n\/a|<na>)?$/i;

/** A cell as text, without control characters that no listing means; `undefined` when it holds nothing. */
export function cellText(cell: string | undefined): string | undefined {
  if (cell === undefined) return undefined;
  const text = cell
    .replaceAll('\0', '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
  return MISSING.test(text) ? undefined : text;
}

/** What had to be mended in a row's cells. */
export function cellProblems(cells: (string | undefined)[]): { code: string; reason: string }[] {
  const problems: { code: string; reason: string }[] = [];
  if (cells.some((cell) => cell?.includes('\0')))
    problems.push({ code: 'row.nul', reason: 'NUL characters in the row were left out.' });
  if (cells.some((cell) => cell?.includes('\ufffd')))
    problems.push({
      code: 'row.encoding',
      reason: 'Characters of the row can’t be read in the file’s encoding; name another one if they matter.',
    });
  return problems;
}
