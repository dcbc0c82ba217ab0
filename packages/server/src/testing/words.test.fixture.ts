import { type Task, tasks } from '@vitrine/models';
import { wordsTask } from './words.test.task.js';

/** Puts the test task in the place of `classify` in this process. */
(tasks as Map<string, Task>).set('classify', wordsTask);
