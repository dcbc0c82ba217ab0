/** Text in the encoding that the header, else the page itself names; UTF-8 unless they do. */
export function decodeText(bytes: Buffer, contentType: string): string {
  const start = bytes.toString('latin1', 0, 2048);
  const named = /charset=["']?([\w-]+)/i.exec(contentType) ?? /<meta[^>]+charset=["']?([\w-]+)/i.exec(start);
  try {
    return new TextDecoder(named?.[1] ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
