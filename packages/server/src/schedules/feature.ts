import type { Feature } from '../context.js';
import * as api from './api.js';

const LOOK_MS = 5000;

/** Starting things by the clock; what can be started, the features say. */
export const scheduleFeature: Feature = ({ schedules, route, audit, onStart, onClose }) => {
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
};
