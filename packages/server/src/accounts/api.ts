import { z } from 'zod';
import { endpoint, idParams, pageOf, pageQuery, timestamp } from '../http/endpoint.js';

export const roleSchema = z.enum(['seller', 'engineer', 'admin']);
export const scopeSchema = z.enum(['predict', 'catalogue', 'train', 'admin']);
export const passwordSchema = z.string().min(10, 'Choose a password of at least 10 characters.').max(200);
export const emailSchema = z.email().max(200);

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    disabled: z.boolean(),
    createdAt: timestamp,
    lastSeenAt: timestamp.nullable(),
  })
  .meta({ id: 'User' });

const tag = 'Accounts';
const credentials = z.object({ email: emailSchema, password: z.string().max(200) });

export const register = endpoint({
  method: 'POST',
  path: '/auth/register',
  id: 'register',
  tag,
  access: 'public',
  rateLimit: 10,
  status: 201,
  summary: 'Create an account and sign in; the first one becomes administrator',
  body: z.object({ email: emailSchema, password: passwordSchema, name: z.string().min(1).max(100) }),
  response: userSchema,
});
export const login = endpoint({
  method: 'POST',
  path: '/auth/login',
  id: 'login',
  tag,
  access: 'public',
  rateLimit: 10,
  summary: 'Sign in; the session comes as an HttpOnly cookie',
  body: credentials,
  response: userSchema,
});
export const logout = endpoint({
  method: 'POST',
  path: '/auth/logout',
  id: 'logout',
  tag,
  access: 'public',
  summary: 'Sign out',
  status: 204,
});
export const getMe = endpoint({
  method: 'GET',
  path: '/me',
  id: 'getMe',
  tag,
  access: 'seller',
  scope: 'predict',
  summary: 'Who am I',
  response: userSchema,
});
export const updateMe = endpoint({
  method: 'PATCH',
  path: '/me',
  id: 'updateMe',
  tag,
  access: 'seller',
  summary: 'Change my name or password (other sessions are signed out)',
  body: z.object({
    name: z.string().min(1).max(100).optional(),
    password: passwordSchema.optional(),
    currentPassword: z.string().max(200).optional(),
  }),
  response: userSchema,
});
export const sessionSchema = z
  .object({ id: z.string(), createdAt: timestamp, lastSeenAt: timestamp, userAgent: z.string(), current: z.boolean() })
  .meta({ id: 'Session' });
export const listMySessions = endpoint({
  method: 'GET',
  path: '/me/sessions',
  id: 'listMySessions',
  tag,
  access: 'seller',
  summary: 'Where I am signed in',
  response: z.array(sessionSchema),
});
export const revokeMySession = endpoint({
  method: 'DELETE',
  path: '/me/sessions/:id',
  id: 'revokeMySession',
  tag,
  access: 'seller',
  summary: 'Sign one of my sessions out',
  params: idParams,
  status: 204,
});

export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  id: 'listUsers',
  tag,
  access: 'admin',
  scope: 'admin',
  summary: 'Accounts',
  query: pageQuery.extend({ q: z.string().max(200).optional() }),
  response: pageOf(userSchema),
});
export const createUser = endpoint({
  method: 'POST',
  path: '/users',
  id: 'createUser',
  tag,
  access: 'admin',
  scope: 'admin',
  status: 201,
  summary: 'Create an account',
  body: z.object({ email: emailSchema, name: z.string().min(1).max(100), role: roleSchema, password: passwordSchema }),
  response: userSchema,
});
export const updateUser = endpoint({
  method: 'PATCH',
  path: '/users/:id',
  id: 'updateUser',
  tag,
  access: 'admin',
  scope: 'admin',
  params: idParams,
  summary:
    'Change role or name, disable, set a new password (signs the account out everywhere; its API keys stay valid)',
  body: z.object({
    name: z.string().min(1).max(100).optional(),
    role: roleSchema.optional(),
    disabled: z.boolean().optional(),
    password: passwordSchema.optional(),
  }),
  response: userSchema,
});
export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/users/:id',
  id: 'deleteUser',
  tag,
  access: 'admin',
  scope: 'admin',
  params: idParams,
  status: 204,
  summary: 'Delete an account (never the last administrator)',
});

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(scopeSchema),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });
const ofUser = z.object({
  user: z.string().max(200).optional().meta({ description: 'Another account’s, by email or id; administrators only' }),
});
export const listKeys = endpoint({
  method: 'GET',
  path: '/keys',
  id: 'listKeys',
  tag,
  access: 'seller',
  scope: 'admin',
  summary: 'API keys: mine, or another account’s',
  query: ofUser,
  response: z.array(keySchema),
});
export const createKey = endpoint({
  method: 'POST',
  path: '/keys',
  id: 'createKey',
  tag,
  access: 'seller',
  scope: 'admin',
  status: 201,
  summary: 'Create an API key; the secret is shown once',
  query: ofUser,
  body: z.object({
    name: z.string().min(1).max(100),
    scopes: z.array(scopeSchema).min(1),
    expiresInDays: z.number().int().min(1).max(3650).optional(),
  }),
  response: keySchema.extend({ secret: z.string() }),
});
export const revokeKey = endpoint({
  method: 'DELETE',
  path: '/keys/:id',
  id: 'revokeKey',
  tag,
  access: 'seller',
  scope: 'admin',
  params: idParams,
  query: ofUser,
  status: 204,
  summary: 'Revoke an API key',
});

const settings = z.object({
  shopName: z.string().trim().min(1).max(60).meta({ description: 'Shown in the pages' }),
  registrationOpen: z.boolean().meta({ description: 'Whether anyone may create a seller account' }),
});
const settingsSchema = settings.meta({ id: 'Settings' });
export const getSettings = endpoint({
  method: 'GET',
  path: '/settings',
  id: 'getSettings',
  tag,
  access: 'admin',
  scope: 'admin',
  summary: 'What the shop has settled for itself',
  response: settingsSchema,
});
export const changeSettings = endpoint({
  method: 'PUT',
  path: '/settings',
  id: 'changeSettings',
  tag,
  access: 'admin',
  scope: 'admin',
  summary: 'Change the shop’s name, open or close registration',
  body: settings,
  response: settingsSchema,
});

export const auditSchema = z
  .object({
    id: z.string(),
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });
export const listAudit = endpoint({
  method: 'GET',
  path: '/audit',
  id: 'listAudit',
  tag,
  access: 'admin',
  scope: 'admin',
  summary: 'Who changed what',
  query: pageQuery,
  response: pageOf(auditSchema),
});
