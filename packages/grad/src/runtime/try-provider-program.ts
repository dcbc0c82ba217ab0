import type { ExecutionProvider, SessionOptions } from './session-options.js';
import { tryProvider } from './try-provider.js';

/** What a process of its own is asked to try. */
export interface Trial {
  readonly provider: ExecutionProvider;
  readonly options: SessionOptions;
}

/** How it went: the largest deviation found, or why nothing was computed. */
export type Outcome = { readonly deviation: number } | { readonly reason: string };

process.once('message', async ({ provider, options }: Trial) => {
  const outcome = await tryProvider(provider, options).then(
    (deviation): Outcome => ({ deviation }),
    (error: Error): Outcome => ({ reason: (error.cause instanceof Error ? error.cause : error).message }),
  );
  process.send?.(outcome, () => process.disconnect());
});
