import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * A name look-up for a connection itself, which fails unless every address of the name is allowed: checked there, no
 * second answer of the name server can slip in between.
 * @param refusal the error of a name that isn't allowed
 */
export function guardedLookup(isAllowed: (address: string) => boolean, refusal: () => Error): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (addresses.length === 0 || !addresses.every(({ address }) => isAllowed(address)))
        return callback(refusal(), []);
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
