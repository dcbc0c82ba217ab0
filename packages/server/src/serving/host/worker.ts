import { taskNamed } from '@vitrine/models';
import { hostModel } from './host-model.js';

/** A model's worker thread. */
void hostModel(taskNamed);
