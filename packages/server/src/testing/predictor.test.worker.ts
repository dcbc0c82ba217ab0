/** A model's worker thread, with the test task in it. */
import './words.test.task.js';
import '../serving/host/worker.js';
