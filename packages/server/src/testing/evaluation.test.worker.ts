import { serveEvaluation } from '../registry/serve-evaluation.js';
import { testTaskNamed } from './words.test.task.js';

/** An evaluation's thread, with the test task in it. */
void serveEvaluation(testTaskNamed);
