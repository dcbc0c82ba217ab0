import { classify } from './classify/task.js';
import { VitrineError } from './errors.js';
import { similar } from './similar/task.js';
import type { Task } from './task.js';

/** The tasks this build knows, by name. A further task is a folder of its own and a line here. */
export const tasks: ReadonlyMap<string, Task> = new Map<string, Task>([
  [classify.name, classify as Task],
  [similar.name, similar as Task],
]);

/** @throws VitrineError `task.unknown` */
export function taskNamed(name: string): Task {
  const task = tasks.get(name);
  if (task) return task;
  const known = [...tasks.keys()].join(', ');
  throw new VitrineError('task.unknown', `There is no task "${name}". Choose one of: ${known}.`, 404);
}
