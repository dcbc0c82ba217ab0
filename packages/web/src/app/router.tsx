import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { checkProductSearch } from '@/features/products/product-search';
import { checkSearchAddress } from '@/features/search/search-address';
import { SignInPage } from '@/features/setup/sign-in-page';
import { WelcomePage } from '@/features/setup/welcome-page';
import { queryClient } from '@/shared/api/query-client';
import { mayAct, meQuery, type Role, setupQuery } from '@/shared/session/session';
import { ErrorPage, NotFoundPage, PendingPage } from './fallbacks';
import { Shell } from './shell';

const rootRoute = createRootRoute({ component: Outlet });

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  component: WelcomePage,
  beforeLoad: async () => {
    const setup = await queryClient.fetchQuery(setupQuery);
    if (!setup.needed && !(await queryClient.ensureQueryData(meQuery))) throw redirect({ to: '/sign-in' });
  },
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string } =>
    typeof search.next === 'string' && /^\/(?!\/)/.test(search.next) ? { next: search.next } : {},
  beforeLoad: async () => {
    const setup = await queryClient.fetchQuery(setupQuery);
    if (setup.needed) throw redirect({ to: '/welcome' });
  },
});

/** Everything below needs somebody signed in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    return { me };
  },
});

const needs =
  (least: Role) =>
  ({ context }: { context: { me: { role: Role } } }) => {
    if (!mayAct(context.me.role, least)) throw redirect({ to: '/products' });
  };
const inShell = () => shellRoute;

const homeRoute = createRoute({
  getParentRoute: inShell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/products' });
  },
});
const listingRoute = createRoute({
  getParentRoute: inShell,
  path: '/list',
  component: lazyRouteComponent(() => import('@/features/listing/listing-page'), 'ListingPage'),
});
const productsRoute = createRoute({
  getParentRoute: inShell,
  path: '/products',
  validateSearch: checkProductSearch,
  component: lazyRouteComponent(() => import('@/features/products/product-list-page'), 'ProductListPage'),
});
const productRoute = createRoute({
  getParentRoute: inShell,
  path: '/products/$id',
  component: lazyRouteComponent(() => import('@/features/products/product-page'), 'ProductPage'),
});
const productEditRoute = createRoute({
  getParentRoute: inShell,
  path: '/products/$id/edit',
  component: lazyRouteComponent(() => import('@/features/products/product-edit-page'), 'ProductEditPage'),
});
const searchRoute = createRoute({
  getParentRoute: inShell,
  path: '/search',
  validateSearch: checkSearchAddress,
  component: lazyRouteComponent(() => import('@/features/search/search-page'), 'SearchPage'),
});
const searchIndexRoute = createRoute({
  getParentRoute: inShell,
  path: '/search/index',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/search/index-status/index-page'), 'SearchIndexPage'),
});
const collectRoute = createRoute({
  getParentRoute: inShell,
  path: '/collect',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/collect/collect-page'), 'CollectPage'),
});
const datasetsRoute = createRoute({
  getParentRoute: inShell,
  path: '/data',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/data/dataset-list-page'), 'DatasetListPage'),
});
const datasetRoute = createRoute({
  getParentRoute: inShell,
  path: '/data/$name',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/data/dataset-page'), 'DatasetPage'),
});
const runsRoute = createRoute({
  getParentRoute: inShell,
  path: '/runs',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/runs/run-list-page'), 'RunListPage'),
});
const runStartRoute = createRoute({
  getParentRoute: inShell,
  path: '/runs/new',
  beforeLoad: needs('engineer'),
  validateSearch: (search): { dataset?: string; task?: string } => ({
    ...(typeof search.dataset === 'string' ? { dataset: search.dataset } : {}),
    ...(typeof search.task === 'string' ? { task: search.task } : {}),
  }),
  component: lazyRouteComponent(() => import('@/features/runs/run-start-page'), 'RunStartPage'),
});
const runCompareRoute = createRoute({
  getParentRoute: inShell,
  path: '/runs/compare',
  beforeLoad: needs('engineer'),
  validateSearch: (search): { ids: string } => ({ ids: String(search.ids ?? '') }),
  component: lazyRouteComponent(() => import('@/features/runs/run-compare-page'), 'RunComparePage'),
});
const runRoute = createRoute({
  getParentRoute: inShell,
  path: '/runs/$id',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/runs/run-page'), 'RunPage'),
});
const pipelinesRoute = createRoute({
  getParentRoute: inShell,
  path: '/pipelines',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/pipelines/pipeline-list-page'), 'PipelineListPage'),
});
const pipelineRoute = createRoute({
  getParentRoute: inShell,
  path: '/pipelines/$id',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/pipelines/pipeline-page'), 'PipelinePage'),
});
const modelsRoute = createRoute({
  getParentRoute: inShell,
  path: '/models',
  beforeLoad: needs('engineer'),
  component: lazyRouteComponent(() => import('@/features/models/model-list-page'), 'ModelListPage'),
});
const accountRoute = createRoute({
  getParentRoute: inShell,
  path: '/account',
  component: lazyRouteComponent(() => import('@/features/account/account-page'), 'AccountPage'),
});
const adminRoute = createRoute({
  getParentRoute: inShell,
  path: '/admin',
  beforeLoad: needs('admin'),
  component: lazyRouteComponent(() => import('@/features/admin/admin-page'), 'AdminPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    welcomeRoute,
    signInRoute,
    shellRoute.addChildren([
      homeRoute,
      listingRoute,
      productsRoute,
      productRoute,
      productEditRoute,
      searchRoute,
      searchIndexRoute,
      collectRoute,
      datasetsRoute,
      datasetRoute,
      runsRoute,
      runStartRoute,
      runCompareRoute,
      runRoute,
      pipelinesRoute,
      pipelineRoute,
      modelsRoute,
      accountRoute,
      adminRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
  defaultPendingComponent: PendingPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
