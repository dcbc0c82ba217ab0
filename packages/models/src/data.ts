/** What makes, checks and reads data sets, without the networks that learn from them: it is loaded in a third of the time. */
export { checkSnapshot } from './quality/check.js';
export { openSnapshot, verifySnapshot } from './snapshot/snapshot.js';
export { writeSnapshot } from './snapshot/writer.js';
