import type { Accounts } from '../accounts/accounts.js';
import type { Route } from '../http/router.js';
import type { SampleShop } from '../sample-shop/sample-shop.js';
import * as api from './api.js';

export interface SetupRoutes {
  accounts: Accounts;
  sampleShop: SampleShop;
}

/** What the first-run wizard asks. */
export function setupRoutes(route: Route, { accounts: { users, settings }, sampleShop }: SetupRoutes): void {
  route(api.getSetup, async () => ({
    needed: await users.isEmpty(),
    registrationOpen: await settings.registrationOpen(),
    shopName: await settings.shopName(),
    sampleShop: await sampleShop.state(),
  }));
  route(api.retrySampleShop, ({ caller }) => sampleShop.retry(caller.userId));
}
