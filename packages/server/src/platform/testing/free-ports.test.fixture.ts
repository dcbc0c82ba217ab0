import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Ports of this machine that nobody listens on, each another one. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  for (const probe of probes) if (!probe.listening) await once(probe, 'listening');
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  for (const probe of probes) await once(probe.close(), 'close');
  return ports;
}
