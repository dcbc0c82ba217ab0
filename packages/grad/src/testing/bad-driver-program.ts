import type { Trial } from '../runtime/try-provider-program.js';

// Does what a driver may: ends the process, or never comes back.
process.once('message', ({ provider }: Trial) => {
  if (provider === 'end') process.abort();
  setInterval(() => undefined, 1000);
});
