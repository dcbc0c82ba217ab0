import type { Role } from '@/shared/session/session';

/** What an account may do, least first. */
export const roles: readonly { value: Role; title: string }[] = [
  { value: 'seller', title: 'Seller: lists and browses products' },
  { value: 'engineer', title: 'Engineer: also data, runs and models' },
  { value: 'admin', title: 'Administrator: everything' },
];
