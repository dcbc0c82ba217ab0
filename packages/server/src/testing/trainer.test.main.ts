import { serveTrainer } from '@vitrine/models/trainer';
import { testTaskNamed } from './words.test.task.js';

/** The trainer process, with the test task in it. */
serveTrainer(testTaskNamed);
