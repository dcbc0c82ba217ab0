import { and, asc, count, desc, eq, inArray, not, sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { storable, storableJson } from '../platform/database/storable.js';
import { newId } from '../platform/id.js';
import {
  type PipelineRow,
  type PipelineState,
  pipelineLogs,
  pipelineSteps,
  pipelines,
  type StepLink,
  type StepRow,
  type StepState,
} from './tables.js';

const LOG_LINES = 500;
const LOG_CHARACTERS = 2000;

type NewPipeline = Pick<PipelineRow, 'kind' | 'key' | 'title' | 'input' | 'createdBy'>;
type NewStep = Pick<StepRow, 'name' | 'title' | 'needs'>;
export type StepChange = Partial<Omit<typeof pipelineSteps.$inferInsert, 'pipelineId' | 'name'>>;

/** All that pipelines read and write. */
export class PipelineStore {
  constructor(private readonly db: Queries) {}

  /** @returns undefined where one with its key is under way */
  async add(pipeline: NewPipeline, steps: readonly NewStep[]): Promise<PipelineRow | undefined> {
    return this.db.transaction(async (transaction) => {
      const [row] = await transaction
        .insert(pipelines)
        .values({ id: newId(), ...pipeline })
        .onConflictDoNothing()
        .returning();
      if (row)
        await transaction
          .insert(pipelineSteps)
          .values(steps.map((step, position) => ({ pipelineId: row.id, position, ...step })));
      return row;
    });
  }

  /** @param reference the id, or the number (`12`, `#12`) */
  async find(reference: string): Promise<PipelineRow | undefined> {
    const number = /^#?(\d{1,9})$/.exec(reference)?.[1];
    const is = number ? eq(pipelines.number, Number(number)) : eq(pipelines.id, reference);
    const [row] = await this.db.select().from(pipelines).where(is);
    return row;
  }

  /** Newest first. */
  async page(page: number, limit: number): Promise<{ rows: PipelineRow[]; total: number }> {
    const rows = await this.db
      .select()
      .from(pipelines)
      .orderBy(desc(pipelines.number))
      .limit(limit)
      .offset((page - 1) * limit);
    const [counted] = await this.db.select({ total: count() }).from(pipelines);
    return { rows, total: counted?.total ?? 0 };
  }

  running(): Promise<PipelineRow[]> {
    return this.db.select().from(pipelines).where(eq(pipelines.state, 'running'));
  }

  steps(...ids: string[]): Promise<StepRow[]> {
    return this.db
      .select()
      .from(pipelineSteps)
      .where(inArray(pipelineSteps.pipelineId, ids))
      .orderBy(asc(pipelineSteps.position));
  }

  async step(id: string, name: string): Promise<StepRow | undefined> {
    const [row] = await this.db
      .select()
      .from(pipelineSteps)
      .where(and(eq(pipelineSteps.pipelineId, id), eq(pipelineSteps.name, name)));
    return row;
  }

  /** Changes a pipeline's state if it is in one of the given ones; says whether it was. */
  async change(id: string, from: PipelineState[], state: PipelineState): Promise<boolean> {
    const changed = await this.db
      .update(pipelines)
      .set({ state, finishedAt: state === 'running' ? null : sql`now()` })
      .where(and(eq(pipelines.id, id), inArray(pipelines.state, from)))
      .returning({ id: pipelines.id });
    return changed.length > 0;
  }

  /** One that failed or was cancelled runs again, unless another with its key does; says whether it does. */
  async runAgain(id: string): Promise<boolean> {
    const another = sql`exists (select 1 from pipelines other where other.key = ${pipelines.key} and other.state = 'running')`;
    const changed = await this.db
      .update(pipelines)
      .set({ state: 'running', finishedAt: null })
      .where(and(eq(pipelines.id, id), inArray(pipelines.state, ['failed', 'cancelled']), not(another)))
      .returning({ id: pipelines.id });
    return changed.length > 0;
  }

  /** Changes steps that are in one of the given states; says which were. */
  async changeSteps(id: string, names: readonly string[], from: StepState[], change: StepChange): Promise<string[]> {
    if (names.length === 0) return [];
    const { output, error, ...others } = change;
    const changed = await this.db
      .update(pipelineSteps)
      .set({
        ...others,
        ...('output' in change ? { output: storableJson(output) } : {}),
        ...('error' in change ? { error: error ? { ...error, message: storable(error.message) } : null } : {}),
      })
      .where(
        and(
          eq(pipelineSteps.pipelineId, id),
          inArray(pipelineSteps.name, [...names]),
          inArray(pipelineSteps.state, from),
        ),
      )
      .returning({ name: pipelineSteps.name });
    return changed.map(({ name }) => name);
  }

  async addLink(id: string, name: string, link: StepLink): Promise<void> {
    const step = await this.step(id, name);
    const others = step?.links.filter((one) => one.kind !== link.kind || one.id !== link.id) ?? [];
    await this.db
      .update(pipelineSteps)
      .set({ links: [...others, link] })
      .where(and(eq(pipelineSteps.pipelineId, id), eq(pipelineSteps.name, name)));
  }

  /** Adds a line to a step's log; the oldest ones go when there are many. */
  async log(id: string, name: string, message: string, level: 'info' | 'warn'): Promise<void> {
    const line = { pipelineId: id, step: name, level, message: storable(message).slice(0, LOG_CHARACTERS) };
    await this.db.insert(pipelineLogs).values(line);
    const oldest = sql`(select sequence from ${pipelineLogs} where pipeline_id = ${id} and step = ${name} order by sequence desc offset ${LOG_LINES} limit 1)`;
    await this.db
      .delete(pipelineLogs)
      .where(and(eq(pipelineLogs.pipelineId, id), eq(pipelineLogs.step, name), sql`sequence <= ${oldest}`));
  }

  async logs(id: string): Promise<Map<string, { at: Date; level: 'info' | 'warn'; message: string }[]>> {
    const rows = await this.db
      .select()
      .from(pipelineLogs)
      .where(eq(pipelineLogs.pipelineId, id))
      .orderBy(asc(pipelineLogs.sequence));
    const byStep = new Map<string, { at: Date; level: 'info' | 'warn'; message: string }[]>();
    for (const { step, at, level, message } of rows)
      byStep.set(step, [...(byStep.get(step) ?? []), { at, level, message }]);
    return byStep;
  }
}
