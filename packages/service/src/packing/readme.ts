interface Described {
  readonly name: string;
  readonly description: string;
  readonly dimension: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly container: boolean;
}

/** The README of a packed model. Its example runs as it stands. */
export function readmeOf({ name, description, dimension, metrics, container }: Described): string {
  const measured = Object.entries(metrics).map(([metric, value]) => `| ${metric} | ${Number(value.toFixed(4))} |`);
  return `# ${name}

A model that turns photos of products into vectors of ${dimension} numbers: what looks alike lies close together.
${description}. Trained and packed with Vitrine.

    npm install ${name} --ignore-scripts

Node 20.19 or newer. (onnxruntime-node would fetch libraries for graphics cards when its install script runs; this package needs none.)

\`\`\`ts
import { Catalogue, embed, neighbours } from '${name}';

// Photos are bytes or paths: JPEG, PNG, WebP, ….
const [shirt, photo] = process.argv.slice(2) as [string, string];
const catalogue = new Catalogue([{ id: 'shirt', vector: await embed(shirt) }]);
const found = await neighbours(photo, catalogue, { limit: 5 });
console.log(found); // [{ id: 'shirt', score: … }]
\`\`\`

\`embedAll(photos)\` embeds many at once and says of each that cannot be read why. \`readCatalogue(file)\` reads what
\`vitrine predict similar photos/ --out vectors.jsonl\` wrote. Scores are cosines, in [-1, 1].

## Measured when it was trained

| on products it had not seen | |
| --- | --- |
${measured.join('\n')}
${container ? service : ''}`;
}

const service = `
## As a service

    VECTORS=vectors.jsonl node server.js        # http://127.0.0.1:8080, PORT and HOST change it
    docker build -t similar . && docker run -p 8080:8080 -v ./vectors.jsonl:/app/vectors.jsonl:ro -e VECTORS=/app/vectors.jsonl similar

    curl --data-binary @photo.jpg -H 'content-type: image/jpeg' http://127.0.0.1:8080/neighbours?limit=5

\`/openapi.json\` describes it, \`/healthz\` answers once the model is loaded. It knows no accounts: keep it behind what does.
`;
