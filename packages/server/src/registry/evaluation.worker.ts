import { taskNamed } from '@vitrine/models';
import { serveEvaluation } from './serve-evaluation.js';

/** An evaluation's worker thread. */
void serveEvaluation(taskNamed);
