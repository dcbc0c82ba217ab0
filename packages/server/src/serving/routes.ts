import type { Route } from '../http/router.js';
import type { Queries } from '../platform/database/database.js';
import * as api from './api.js';
import { type Classifying, classify } from './classify.js';
import { keepFeedback } from './feedback.js';
import { loggedPredictions } from './prediction-log.js';

export function servingRoutes(route: Route, options: Classifying & { db: Queries }): void {
  const { db, log } = options;
  route(api.predictClassify, (call) => classify(call, options));
  route(api.feedback, async ({ params, body, caller }) => {
    await log.flush();
    await keepFeedback(db, {
      predictionId: params.id,
      category: body.category,
      userId: caller.role === 'seller' ? (caller.userId ?? caller.name) : undefined,
    });
  });
  // What was answered a moment ago is in the list too.
  route(api.myLogs, async ({ query, caller }) => {
    await log.flush();
    return loggedPredictions(db, { ...query, user: caller.userId ?? caller.name });
  });
  route(api.allLogs, async ({ query }) => {
    await log.flush();
    return loggedPredictions(db, query);
  });
}
