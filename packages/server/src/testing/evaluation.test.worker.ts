/** An evaluation's thread, with the test task in it. */
import './words.test.task.js';
import '../registry/evaluation.worker.js';
