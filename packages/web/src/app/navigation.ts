import {
  Boxes,
  Camera,
  ChartLine,
  CloudDownload,
  Database,
  LayoutGrid,
  type LucideIcon,
  PenLine,
  Shield,
  UserRound,
  Workflow,
} from 'lucide-react';
import { mayAct, type Role } from '@/shared/session/session';

export interface Destination {
  to:
    | '/list'
    | '/products'
    | '/search'
    | '/collect'
    | '/data'
    | '/runs'
    | '/pipelines'
    | '/models'
    | '/account'
    | '/admin';
  title: string;
  icon: LucideIcon;
  least: Role;
}

const destinations: Destination[] = [
  { to: '/list', title: 'List a product', icon: PenLine, least: 'seller' },
  { to: '/products', title: 'Products', icon: LayoutGrid, least: 'seller' },
  { to: '/search', title: 'Search', icon: Camera, least: 'seller' },
  { to: '/collect', title: 'Collect', icon: CloudDownload, least: 'engineer' },
  { to: '/data', title: 'Data', icon: Database, least: 'engineer' },
  { to: '/runs', title: 'Runs', icon: ChartLine, least: 'engineer' },
  { to: '/pipelines', title: 'Pipelines', icon: Workflow, least: 'engineer' },
  { to: '/models', title: 'Models', icon: Boxes, least: 'engineer' },
  { to: '/admin', title: 'Admin', icon: Shield, least: 'admin' },
  { to: '/account', title: 'Account', icon: UserRound, least: 'seller' },
];

/** Where this role may go. */
export const destinationsFor = (role: Role) => destinations.filter(({ least }) => mayAct(role, least));
