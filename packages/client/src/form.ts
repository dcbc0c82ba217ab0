/**
 * Sends a body as a form, which is how files go:
 * `client.POST('/api/v1/images', { body: { image: file }, bodySerializer: asForm })`. A list becomes as many parts of one
 * name, what is neither file nor text its JSON.
 */
export function asForm(body: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body as Record<string, unknown>))
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value])
      if (part !== undefined)
        form.append(name, part instanceof Blob || typeof part === 'string' ? part : JSON.stringify(part));
  return form;
}
