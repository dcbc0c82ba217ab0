import { parentPort, workerData } from 'node:worker_threads';
import { type SvmProblem, trainSvm } from './linear-svm.js';
import type { SvmMessage } from './svm-thread.js';

const send = (message: SvmMessage) => parentPort?.postMessage(message);
const training = trainSvm(workerData as SvmProblem);
let step = training.next();
for (; !step.done; step = training.next()) send({ kind: 'epoch', ...step.value });
send({ kind: 'model', model: step.value });
