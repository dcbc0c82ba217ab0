import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '../python.js';
import { publish, table } from '../report.js';
import { type Contestant, enter, type Searcher } from './contestant.js';
import { type Point, rateAt } from './curve.js';
import { CLUSTER_SIZE, NOISE, writeClustered } from './data.js';

const DIMENSION = 128;
const RECALLS = [0.95, 0.97, 0.98];
const ROUNDS = 3;

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const vitrine = (kind: string): Contestant => ({
  name: kind === 'exact' ? 'Vitrine, exact' : 'Vitrine, graph',
  command: [process.execPath, here('./vitrine.main.js'), kind],
});

const faiss = (python: string, efConstruction: number): Contestant => ({
  name: `faiss HNSW32, efConstruction ${efConstruction}`,
  command: [python, here('../../reference/index_faiss.py'), '32', String(efConstruction)],
});

const recallOf = (rows: number[][], truth: number[][]) => {
  const found = rows.map((row, query) => row.filter((each) => truth[query]?.includes(each)).length);
  return found.reduce((sum, each) => sum + each, 0) / truth.flat().length;
};

/** Each contestant's curve, the rounds of one alternating with those of the others; the fastest of each point. */
async function curvesOf(
  searchers: Searcher[],
  truth: number[][],
  expansions: readonly number[],
): Promise<Map<Searcher, Point[]>> {
  const curves = new Map(searchers.map((searcher) => [searcher, new Map<number, Point>()]));
  for (let round = 0; round < ROUNDS; round++)
    for (const expansion of expansions)
      for (const [searcher, points] of curves) {
        const { rows, seconds } = await searcher.run(expansion);
        const perSecond = Math.max(truth.length / seconds, points.get(expansion)?.perSecond ?? 0);
        points.set(expansion, { expansion, recall: recallOf(rows, truth), perSecond });
      }
  return new Map([...curves].map(([searcher, points]) => [searcher, [...points.values()]]));
}

interface Size {
  /** What its document is called. */
  name: string;
  count: number;
  queries: number;
  /** How thoroughly the rival builds its graph. */
  efConstruction: readonly number[];
  /** Candidates followed. */
  expansions: readonly number[];
}

const SIZES: readonly Size[] = [
  {
    name: 'index',
    count: 100_000,
    queries: 1000,
    efConstruction: [128, 40],
    expansions: [32, 64, 128, 256, 512, 1024],
  },
  {
    ...{ name: 'index-million', count: 1_000_000, queries: 300, efConstruction: [40] },
    expansions: [128, 256, 512, 1024, 2048, 4096],
  },
];

async function compare({ count, queries, expansions }: Size, rivals: Contestant[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-bench-index-'));
  try {
    const world = { dimension: DIMENSION, clusters: count / CLUSTER_SIZE };
    await writeClustered(join(directory, 'base.f32'), { ...world, count, part: 'base' });
    await writeClustered(join(directory, 'queries.f32'), { ...world, count: queries, part: 'queries' });

    const exact = await enter(vitrine('exact'), directory, DIMENSION);
    const { rows: truth, seconds } = await exact.run(0);
    const exactMegabytes = exact.megabytes();
    await exact.leave();

    const builder = await enter(vitrine('build'), directory, DIMENSION);
    const buildMegabytes = builder.megabytes();
    await builder.leave();
    const searchers: Searcher[] = [];
    for (const contestant of [vitrine('graph'), ...rivals])
      searchers.push(await enter(contestant, directory, DIMENSION));
    const curves = await curvesOf(searchers, truth, expansions);
    const [graph] = searchers;
    const tuned = await graph?.run(0);
    const memory = new Map(searchers.map((searcher) => [searcher, searcher.megabytes()]));
    for (const searcher of searchers) await searcher.leave();

    const number = (value: unknown, digits = 0) => (typeof value === 'number' ? value.toFixed(digits) : '–');
    const rate = (value: number | undefined) => number(value && Math.round(value));
    const facts = table(
      ['', 'build s', 'open s', 'memory MB', ...RECALLS.map((recall) => `queries/s at recall ${recall}`)],
      [
        [
          'Vitrine, exact',
          number(exact.facts.upsertSeconds, 1),
          number(exact.facts.openSeconds, 1),
          number(exactMegabytes),
          ...RECALLS.map(() => `${rate(truth.length / seconds)} (recall 1)`),
        ],
        ...searchers.map((searcher) => [
          searcher === graph ? searcher.name : `${searcher.name} (${searcher.facts.version})`,
          number((searcher === graph ? builder : searcher).facts.buildSeconds, 1),
          number(searcher.facts.openSeconds, 1),
          number(memory.get(searcher)),
          ...RECALLS.map((recall) => rate(rateAt(curves.get(searcher) ?? [], recall))),
        ]),
      ],
    );
    const points = table(
      ['candidates', ...searchers.flatMap(({ name }) => [`${name}: recall@10`, 'queries/s'])],
      expansions.map((expansion, place) => [
        expansion,
        ...searchers.flatMap((searcher) => {
          const point = curves.get(searcher)?.[place];
          return [number(point?.recall, 4), rate(point?.perSecond)];
        }),
      ]),
    );
    const chosen = tuned
      ? `While it builds the graph, Vitrine’s process takes ${number(buildMegabytes)} MB. As tuned by that: recall@10 ${recallOf(tuned.rows, truth).toFixed(4)} at ${rate(truth.length / tuned.seconds)} queries/s.`
      : '';
    return [`## ${count.toLocaleString('en')} × ${DIMENSION}`, facts, chosen, points].join('\n\n');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The indexes of vectors against faiss: recall, queries per second on one thread, memory, time to build. */
export async function index({ only }: { only: string | undefined }): Promise<void> {
  const python = (await findPython('faiss'))?.python;
  const sizes = SIZES.filter(({ count }) => !only || Number(only) === count);
  const sections = [
    `Unit vectors scattered around random centres, ${CLUSTER_SIZE} for each, each vector’s own part ${NOISE} times as long as its centre’s, so that the nearest are spread over clusters; questions drawn alike. ` +
      'One thread for building and for searching; questions come one by one from JavaScript, in one batch for faiss. ' +
      `The fastest of ${ROUNDS} alternating rounds. Memory is that of the whole process. ` +
      'Vitrine’s graph is one of usearch over 8-bit integers; the candidates it proposes are compared by their float32 vectors, which are in memory too.',
  ];
  if (!python)
    sections.push('faiss is not on this machine (Debian: `apt install python3-faiss`): there is no comparison.');
  for (const size of sizes) {
    const rivals = python ? size.efConstruction.map((each) => faiss(python, each)) : [];
    await publish(size.name, 'Searching vectors', [...sections, await compare(size, rivals)]);
  }
}
