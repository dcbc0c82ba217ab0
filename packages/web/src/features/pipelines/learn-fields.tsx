import { TimeField } from '@/shared/schedules/time-field';
import { ConfigFields } from '@/shared/training/config-fields';
import { configOf, propertiesOf } from '@/shared/training/config-schema';
import { PromoteField } from '@/shared/training/promote-field';
import { SelectField } from '@/shared/ui/select-field';
import type { Choices } from './use-choices';
import type { LearnOrder } from './use-pipelines';

const CATALOGUE = 'catalogue';

/** A pipeline that learns, as far as it is written. */
export interface LearnDraft {
  task: string;
  /** `catalogue`, `site:…` or `dataset:…`. */
  source: string;
  /** Settings of the training that were filled in. */
  values: Record<string, string>;
  promote: boolean;
  /** When; undefined: now. */
  cron: string | undefined;
}

export const emptyDraft: LearnDraft = {
  task: 'similar',
  source: CATALOGUE,
  values: {},
  promote: true,
  cron: undefined,
};

const settingsOf = (task: string, { tasks }: Choices) =>
  propertiesOf(tasks.find(({ name }) => name === task)?.configSchema);

/** What the draft asks for. */
export function orderOf({ task, source, values, promote }: LearnDraft, choices: Choices): LearnOrder {
  const [kind = '', name = ''] = source.split(/:(.*)/s);
  return {
    ...{ task, promote, config: configOf(settingsOf(task, choices), values) },
    ...(kind === 'site' ? { site: name } : {}),
    ...(kind === 'dataset' ? { dataset: name } : {}),
  };
}

interface LearnFieldsProps {
  choices: Choices;
  draft: LearnDraft;
  onChange(draft: LearnDraft): void;
}

/** What is learnt, from what, how and when. */
export function LearnFields({ choices, draft, onChange }: LearnFieldsProps) {
  const change = (part: Partial<LearnDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <SelectField
        label="Learn"
        value={draft.task}
        choices={choices.tasks.map(({ name, title }) => ({ value: name, title }))}
        onChange={(task) => change({ task, values: {} })}
      />
      <SelectField
        label="From"
        hint="A site is collected first; then the whole catalogue is learnt from."
        value={draft.source}
        choices={[
          { value: CATALOGUE, title: 'The catalogue as it stands' },
          ...choices.sites.map(({ name }) => ({ value: `site:${name}`, title: `Site ${name}` })),
          ...choices.datasets.map(({ name }) => ({ value: `dataset:${name}`, title: `Data set ${name}` })),
        ]}
        onChange={(source) => change({ source })}
      />
      <details className="rounded-lg border border-line px-5 py-4">
        <summary className="font-semibold">Settings of the training</summary>
        <div className="mt-5">
          <ConfigFields
            properties={settingsOf(draft.task, choices)}
            values={draft.values}
            onChange={(key, value) => change({ values: { ...draft.values, [key]: value } })}
          />
        </div>
      </details>
      <TimeField label="When" none="Now" value={draft.cron} onChange={(cron) => change({ cron })} />
      <PromoteField checked={draft.promote} onChange={(promote) => change({ promote })} />
    </>
  );
}
