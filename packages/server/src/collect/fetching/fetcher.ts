import { isIP } from 'node:net';
import { VitrineError } from '@vitrine/models';
import robots, { type Robot } from 'robots-parser';
import { Agent, fetch, type Response } from 'undici';
import { MAX_PICTURE_BYTES } from '../../platform/images/picture.js';
import { guardedLookup } from '../../platform/network/guarded-lookup.js';
import type { Site } from '../config.js';
import { Deadline } from './deadline.js';
import { type Clock, Pace, retryAfter, systemClock } from './pace.js';
import { Rest } from './rest.js';

// Its types say `default` where its CommonJS module is the function itself.
const robotsParser = robots as unknown as typeof robots.default;
const MAX_REDIRECTS = 5;
const MAX_PAGE_BYTES = 5 * 1024 * 1024;
const MAX_ROBOTS_BYTES = 512 * 1024;
/** Answers below 500 that may be others later: timeouts, too early, too many requests. */
const BUSY = new Set([408, 425, 429]);
/** Codes of failures that may pass. */
const PASSING = new Set(['collect.unreachable', 'collect.rules']);

export interface Validators {
  etag: string | null;
  lastModified: string | null;
}
export type FetchedPage =
  | ({ kind: 'page'; url: string; bytes: Uint8Array; contentType: string } & Validators)
  | { kind: 'unchanged' }
  /** 404 or 410: the shop says that it is gone. */
  | { kind: 'gone'; problem: string }
  | { kind: 'failed'; problem: string };

export type FetchedPicture =
  | { kind: 'picture'; bytes: Buffer }
  /** Not there, or not to be fetched. */
  | { kind: 'none' }
  /** It may be there later. */
  | { kind: 'owed' };

interface Rules {
  robots: Robot;
  /** Why everything is forbidden, where it is. */
  refusal: VitrineError | undefined;
}
interface Host {
  rules: Promise<Rules>;
  pace: Promise<Pace>;
  rest: Rest;
  /** Whether its rules could not be had: they are asked for again after its rest. */
  isSilent: boolean;
}

/**
 * Fetches as a polite visitor: robots.txt and its delay obeyed, so many requests a second to a host, tries again later
 * when asked to or when it failed, and never calls an address that is not allowed, at any redirect.
 */
export class Fetcher {
  readonly #agent: Agent;
  /** What robots.txt knows us by: the name before any version or remark (RFC 9309, 2.2.1). */
  readonly #product: string;
  readonly #hosts = new Map<string, Host>();

  constructor(
    private readonly limits: Site['limits'],
    private readonly userAgent: string,
    private readonly isAllowed: (address: string) => boolean,
    private readonly signal: AbortSignal,
    private readonly clock: Clock = systemClock,
  ) {
    this.#product = /^[a-z_-]+/i.exec(userAgent)?.[0] ?? userAgent;
    this.#agent = new Agent({
      connect: { lookup: guardedLookup(isAllowed, refused), timeout: 10_000 },
      connections: limits.concurrency,
      pipelining: 1,
    });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** A page, or why there is none; with validators, maybe only that it is unchanged (RFC 9110, 13.1). */
  async page(url: string, known?: Validators): Promise<FetchedPage> {
    const headers: Record<string, string> = { accept: 'text/html,application/json;q=0.9,*/*;q=0.5' };
    if (known?.etag) headers['if-none-match'] = known.etag;
    if (known?.lastModified) headers['if-modified-since'] = known.lastModified;
    const deadline = new Deadline(this.signal);
    try {
      const response = await this.#polite(url, headers, this.limits.retries, deadline);
      if (response.status === 304) return { kind: 'unchanged' };
      if (response.status === 404 || response.status === 410)
        return { kind: 'gone', problem: `The shop answers ${response.status}.` };
      if (!response.ok) return { kind: 'failed', problem: `The shop answers ${response.status}.` };
      const contentType = response.headers.get('content-type') ?? '';
      const bytes = await bodyOf(response, MAX_PAGE_BYTES);
      const validators = {
        etag: response.headers.get('etag'),
        lastModified: response.headers.get('last-modified'),
      };
      return { kind: 'page', url: response.url, bytes, contentType, ...validators };
    } catch (error) {
      this.signal.throwIfAborted();
      return { kind: 'failed', problem: reasonOf(error) };
    } finally {
      deadline.end();
    }
  }

  /** A picture's bytes, or whether they may be had later. A host that fails again and again is left alone for a while. */
  async picture(url: string): Promise<FetchedPicture> {
    const deadline = new Deadline(this.signal);
    try {
      const response = await this.#polite(url, { accept: 'image/*' }, Math.min(1, this.limits.retries), deadline);
      if (response.ok) return { kind: 'picture', bytes: await bodyOf(response, MAX_PICTURE_BYTES) };
      await response.body?.cancel();
      return { kind: response.status >= 500 || BUSY.has(response.status) ? 'owed' : 'none' };
    } catch (error) {
      this.signal.throwIfAborted();
      const isRefused = error instanceof VitrineError && !PASSING.has(error.code);
      return { kind: isRefused ? 'none' : 'owed' };
    } finally {
      deadline.end();
    }
  }

  /** Tries, waits and tries again; the last answer counts. */
  async #polite(url: string, headers: Record<string, string>, retries: number, deadline: Deadline): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const backOff = this.limits.retrySeconds * 1000 * 2 ** attempt;
      try {
        const response = await this.#follow(url, headers, deadline);
        const isPassing = response.status === 429 || response.status === 408 || response.status >= 500;
        if (!isPassing || attempt >= retries) return response;
        await response.body?.cancel();
        const wait = retryAfter(response.headers.get('retry-after')) ?? backOff;
        (await this.#host(new URL(response.url)).pace).pause(wait);
      } catch (error) {
        if (error instanceof VitrineError || attempt >= retries || this.signal.aborted) throw error;
        await this.clock.sleep(backOff, this.signal);
      }
    }
  }

  async #follow(url: string, headers: Record<string, string>, deadline: Deadline): Promise<Response> {
    let target = new URL(url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const host = this.#host(target);
      if (host.rest.isResting && headers.accept === 'image/*') throw unreachable(target);
      const { robots, refusal } = await host.rules;
      if (robots.isAllowed(target.href, this.#product) === false)
        throw refusal ?? new VitrineError('collect.robots', 'The shop’s robots.txt forbids this address.', 403);
      await (await host.pace).turn(this.signal);
      const response = await this.#request(target, headers, deadline).then(
        (answer) => {
          host.rest.answered();
          return answer;
        },
        (error: unknown) => {
          host.rest.failed();
          throw error;
        },
      );
      const location = response.headers.get('location');
      if (response.status === 304 || response.status < 300 || response.status > 399 || !location) return response;
      await response.body?.cancel();
      if (!URL.canParse(location, target.href)) throw new VitrineError('collect.redirect', 'It redirects to nowhere.');
      target = new URL(location, target.href);
    }
    throw new VitrineError('collect.redirect', 'It redirects too often.');
  }

  async #request(target: URL, headers: Record<string, string>, deadline: Deadline): Promise<Response> {
    const address = target.hostname.replace(/^\[|\]$/g, '');
    if (!/^https?:$/.test(target.protocol) || (isIP(address) && !this.isAllowed(address))) throw refused();
    try {
      return await fetch(target, {
        dispatcher: this.#agent,
        redirect: 'manual',
        headers: { ...headers, 'user-agent': this.userAgent },
        signal: deadline.begin(this.limits.timeoutSeconds * 1000),
      });
    } catch (error) {
      // What the look-up refused comes wrapped.
      if (error instanceof Error && error.cause instanceof VitrineError) throw error.cause;
      if (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOTFOUND')
        throw unreachable(target);
      throw error;
    }
  }

  #host(url: URL): Host {
    const known = this.#hosts.get(url.origin);
    if (known && (!known.isSilent || known.rest.isResting)) return known;
    const rest = known?.rest ?? new Rest(this.clock);
    const rules = this.#rules(url.origin);
    const pace = rules.then(({ robots }) => {
      const asked = robots.getCrawlDelay(this.#product) ?? 0;
      const own = this.limits.perSecond > 0 ? 1 / this.limits.perSecond : 0;
      return new Pace(1000 * Math.max(asked, own), this.clock);
    });
    // Whoever waits for the rules hears of it.
    pace.catch(() => undefined);
    const host: Host = { rules, pace, rest, isSilent: false };
    rules.then(
      ({ refusal }) => {
        if (!refusal || !PASSING.has(refusal.code)) return;
        host.isSilent = true;
        rest.begin();
      },
      () => undefined,
    );
    this.#hosts.set(url.origin, host);
    return host;
  }

  /** RFC 9309: rules that are not there allow everything, rules that can't be had forbid everything. */
  async #rules(origin: string): Promise<Rules> {
    const address = `${origin}/robots.txt`;
    for (let attempt = 0; ; attempt++) {
      try {
        return { robots: robotsParser(address, await this.#ruleText(address)), refusal: undefined };
      } catch (error) {
        this.signal.throwIfAborted();
        if (error instanceof VitrineError || attempt >= this.limits.retries)
          return { robots: robotsParser(address, 'User-agent: *\nDisallow: /'), refusal: withoutRules(error) };
      }
      await this.clock.sleep(this.limits.retrySeconds * 1000 * 2 ** attempt, this.signal);
    }
  }

  async #ruleText(address: string): Promise<string> {
    const deadline = new Deadline(this.signal);
    try {
      return await this.#ruleTextWithin(address, deadline);
    } finally {
      deadline.end();
    }
  }

  async #ruleTextWithin(address: string, deadline: Deadline): Promise<string> {
    let target = new URL(address);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await this.#request(target, {}, deadline);
      const location = response.headers.get('location');
      if (response.ok) return (await bodyOf(response, MAX_ROBOTS_BYTES, true)).toString('utf8');
      await response.body?.cancel();
      if (response.status >= 500) throw new Error(`robots.txt answers ${response.status}.`);
      if (response.status < 300 || response.status > 399 || !location) break;
      target = new URL(location, target);
    }
    return '';
  }
}

async function bodyOf(response: Response, limit: number, cut = false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    chunks.push(chunk as Uint8Array);
    if (size <= limit) continue;
    if (cut) break;
    throw new VitrineError('collect.large', `It is over ${limit / 1024 / 1024} MB.`);
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

/** Why nothing may be fetched where robots.txt can't be had. */
function withoutRules(error: unknown): VitrineError {
  if (error instanceof VitrineError) return error;
  const sentence = `The shop’s robots.txt can’t be had, which forbids its pages. ${reasonOf(error)}`;
  return new VitrineError('collect.rules', sentence, 403);
}

function refused(): VitrineError {
  const sentence = 'The address is not on the public internet; only public shops are collected.';
  return new VitrineError('collect.address', sentence, 422);
}

function unreachable({ host }: URL): VitrineError {
  return new VitrineError('collect.unreachable', `The host ${host} can’t be reached.`, 422);
}

function reasonOf(error: unknown): string {
  if (error instanceof VitrineError) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return 'The shop took too long to answer.';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `The page can’t be fetched: ${cause instanceof Error ? cause.message : String(cause)}`;
}
