import { taskNamed } from '../tasks.js';
import { serveTrainer } from './trainer.js';

/** The trainer process. */
serveTrainer(taskNamed);
