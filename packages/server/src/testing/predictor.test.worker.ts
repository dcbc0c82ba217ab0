import { hostModel } from '../serving/host/host-model.js';
import { testTaskNamed } from './words.test.task.js';

/** A model's worker thread, with the test task in it. */
void hostModel(testTaskNamed);
