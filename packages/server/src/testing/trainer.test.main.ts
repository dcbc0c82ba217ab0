/** The trainer process, with the test task in it. */
import './words.test.task.js';
import { trainerModule } from '@vitrine/models';

await import(trainerModule.href);
