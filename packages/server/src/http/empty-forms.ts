interface Schema {
  $ref?: string;
  type?: unknown;
  example?: unknown;
}
interface Form {
  properties: Record<string, Schema>;
  required?: string[];
}
interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Form }> } }>>;
  components: { schemas: Record<string, Schema> };
}

/**
 * An OpenAPI document for the page to try it on. The page fills the fields of a form with samples and sends them, so that
 * a photo would be looked for among the products of a category “string”: what may be left out begins empty here.
 */
export function withEmptyForms(document: object): object {
  const copy = structuredClone(document) as Document;
  const operations = Object.values(copy.paths).flatMap((path) => Object.values(path));
  for (const { requestBody } of operations) {
    const form = requestBody?.content['multipart/form-data']?.schema;
    for (const [name, field] of Object.entries(form?.properties ?? {}))
      if (form && !form.required?.includes(name)) form.properties[name] = empty(field, copy.components.schemas);
  }
  return copy;
}

/** A default comes before the example: it stays. What stands beside a reference isn't read. */
function empty(field: Schema, schemas: Record<string, Schema>): Schema {
  const schema = (field.$ref && schemas[field.$ref.replace(/^.*\//, '')]) || field;
  return { ...schema, example: schema.type === 'array' ? [] : '' };
}
