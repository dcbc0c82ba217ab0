import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A shop's site in a process of its own. */
export interface BenchSite {
  url: string;
  products: number;
  /** How many requests of pages it has answered since the last call. */
  asked(): Promise<number>;
  close(): void;
}

/** @param pages listings among them */
export async function openSite(pages: number, photos: boolean): Promise<BenchSite> {
  const child = fork(new URL('./site.main.js', import.meta.url), [String(pages), String(photos)]);
  const [{ url, products }] = (await once(child, 'message')) as [{ url: string; products: number }];
  return {
    url,
    products,
    async asked() {
      child.send('asked');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    },
    close: () => void child.kill(),
  };
}

/** What is collected of it, with no limit of pace. */
export function configOf({ url }: BenchSite): string {
  return `name: bench
start: ['${url}/women']
listing: { links: 'a.product', next: 'a[rel=next]' }
limits: { perSecond: 0, concurrency: 8, retries: 2, retrySeconds: 0.1 }
`;
}
