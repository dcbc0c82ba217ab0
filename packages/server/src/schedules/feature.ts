import type { Audit } from '../accounts/audit.js';
import type { Route } from '../http/router.js';
import * as api from './api.js';
import type { Schedules } from './schedules.js';

const LOOK_MS = 5000;

export interface Scheduling {
  schedules: Schedules;
  route: Route;
  audit: Audit;
  onStart(action: () => void): void;
  onClose(action: () => Promise<void>): void;
}

/** Starting things by the clock; what can be started, the features say. */
export function scheduleFeature({ schedules, route, audit, onStart, onClose }: Scheduling): void {
  route(api.listSchedules, () => schedules.list());
  route(api.createSchedule, async ({ body, caller }) => {
    const schedule = await schedules.create(body, caller.userId);
    await audit.record(caller, 'schedule.create', schedule.id);
    return schedule;
  });
  route(api.updateSchedule, async ({ params, body, caller }) => {
    const schedule = await schedules.update(params.id, body);
    await audit.record(caller, 'schedule.update', schedule.id);
    return schedule;
  });
  route(api.deleteSchedule, async ({ params, caller }) => {
    await schedules.delete(params.id);
    await audit.record(caller, 'schedule.delete', params.id);
  });
  onStart(() => schedules.open(LOOK_MS));
  onClose(() => schedules.close());
}
