import { z } from 'zod';
import { endpoint, idParams, timestamp } from '../http/endpoint.js';

const common = { tag: 'Schedules', access: 'engineer', scope: 'train' } as const;
export const scheduleInput = z.object({
  /** What is done: `collect`, `pipeline`, `train`. */
  kind: z.string().min(1).max(40),
  target: z.record(z.string(), z.unknown()).meta({ description: 'What of the kind: `{ "site": "my-shop" }`' }),
  cron: z.string().min(1).max(100).meta({ example: '0 3 * * *' }),
  timezone: z.string().min(1).max(60).default('UTC').meta({ example: 'Europe/Paris' }),
});
export const scheduleSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    target: z.record(z.string(), z.unknown()),
    cron: z.string(),
    timezone: z.string(),
    enabled: z.boolean(),
    nextAt: timestamp.nullable(),
    lastAt: timestamp.nullable(),
    lastJob: z.string().nullable().meta({ description: 'The job, run or pipeline that was started last' }),
    problem: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Schedule' });

export const listSchedules = endpoint({
  ...common,
  method: 'GET',
  path: '/schedules',
  id: 'listSchedules',
  summary: 'What is started by the clock',
  response: z.array(scheduleSchema),
});
export const createSchedule = endpoint({
  ...common,
  method: 'POST',
  path: '/schedules',
  id: 'createSchedule',
  status: 201,
  summary: 'Start something at the times of a cron expression',
  body: scheduleInput,
  response: scheduleSchema,
});
export const updateSchedule = endpoint({
  ...common,
  method: 'PATCH',
  path: '/schedules/:id',
  id: 'updateSchedule',
  summary: 'Change when a schedule starts, or whether',
  params: idParams,
  body: z.object({
    cron: scheduleInput.shape.cron.optional(),
    timezone: z.string().min(1).max(60).optional(),
    enabled: z.boolean().optional(),
  }),
  response: scheduleSchema,
});
export const deleteSchedule = endpoint({
  ...common,
  method: 'DELETE',
  path: '/schedules/:id',
  id: 'deleteSchedule',
  summary: 'Delete a schedule',
  params: idParams,
  status: 204,
});
