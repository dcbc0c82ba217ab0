import { parentPort, workerData } from 'node:worker_threads';
import type { RegressionMessage } from './regression-thread.js';
import { type RegressionProblem, trainRegression } from './softmax-regression.js';

const send = (message: RegressionMessage) => parentPort?.postMessage(message);
const training = trainRegression(workerData as RegressionProblem);
let step = training.next();
for (; !step.done; step = training.next()) send({ kind: 'epoch', ...step.value });
send({ kind: 'model', model: step.value });
