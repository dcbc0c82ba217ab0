/** The parts of PostgreSQL's frontend/backend protocol 3.0 an in-process session needs. */

/** Bytes to hand to the engine in one go: everything up to a simple query or a Sync. */
export interface Exchange {
  kind: 'exchange';
  bytes: Buffer;
}
export type FrontendEvent = Exchange | { kind: 'startup' } | { kind: 'terminate' };

const [parse, bind, describe, close] = ['P', 'B', 'D', 'C'].map((letter) => letter.charCodeAt(0));
const [query, sync, terminate, error] = ['Q', 'S', 'X', 'E'].map((letter) => letter.charCodeAt(0));

function message(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

const text = (value: string) => Buffer.from(`${value}\0`);

/** What a server says to a new connection: no password, its parameters, ready. */
export function greeting(): Buffer {
  const parameters = {
    server_version: '18.0',
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
  };
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, value]) => message('S', Buffer.concat([text(name), text(value)]))),
    message('K', Buffer.alloc(8)),
    ready,
  ]);
}

const ready = message('Z', Buffer.from('I'));

/** An ErrorResponse, ended by ReadyForQuery so that the client can go on. */
export function errorReply(sqlState: string, sentence: string): Buffer {
  const fields = [`SERROR`, `VERROR`, `C${sqlState}`, `M${sentence}`].map(text);
  return Buffer.concat([message('E', Buffer.concat([...fields, Buffer.alloc(1)])), ready]);
}

/** Whether a reply ends with ReadyForQuery, as every reply does from which a session goes on. */
export function isWhole(reply: Uint8Array): boolean {
  return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).subarray(-6, -1).equals(ready.subarray(0, 5));
}

/** A reply that ends with an ErrorResponse (the session's last word), followed by ReadyForQuery; undefined for another. */
export function endedByError(reply: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  let last = -1;
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) last = at;
  return bytes[last] === error ? Buffer.concat([bytes, ready]) : undefined;
}

/** `I` outside a transaction, `T` inside one, `E` inside a failed one; from the ReadyForQuery that ends a reply. */
export function transactionStatus(reply: Uint8Array): 'I' | 'T' | 'E' {
  const status = String.fromCharCode(reply.at(-1) ?? 0);
  return status === 'T' || status === 'E' ? status : 'I';
}

/** Close messages for the named statements, ended by Sync. */
export function closeStatements(names: Iterable<string>): Buffer {
  const closes = [...names].map((name) => message('C', text(`S${name}`)));
  return Buffer.concat([...closes, message('S', Buffer.alloc(0))]);
}

/**
 * Cuts a client's byte stream into exchanges. All connections share one session of the engine, where statement names
 * would collide, so each connection's names get its own prefix.
 */
export class FrontendMessages {
  readonly statements = new Set<string>();
  #pending: Buffer = Buffer.alloc(0);
  #batch: Buffer[] = [];
  #started = false;

  constructor(private readonly prefix: string) {}

  *push(chunk: Buffer): Generator<FrontendEvent> {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, chunk]) : chunk;
    for (let next = this.#take(); next; next = this.#take()) {
      if (!this.#started) {
        this.#started = true;
        yield { kind: 'startup' };
      } else if (next[0] === terminate) {
        yield { kind: 'terminate' };
      } else {
        this.#batch.push(this.#rename(next));
        if (next[0] !== query && next[0] !== sync) continue;
        yield { kind: 'exchange', bytes: Buffer.concat(this.#batch) };
        this.#batch = [];
      }
    }
  }

  /** One whole message off the front; the startup message alone has no type byte. */
  #take(): Buffer | undefined {
    const lengthAt = this.#started ? 1 : 0;
    if (this.#pending.length < lengthAt + 4) return undefined;
    const end = lengthAt + this.#pending.readInt32BE(lengthAt);
    if (this.#pending.length < end) return undefined;
    const taken = this.#pending.subarray(0, end);
    this.#pending = this.#pending.subarray(end);
    return taken;
  }

  #rename(bytes: Buffer): Buffer {
    const type = bytes[0];
    let at = 5;
    if (type === bind) at = bytes.indexOf(0, 5) + 1;
    else if ((type === describe || type === close) && bytes[5] === sync) at = 6;
    else if (type !== parse) return bytes;
    const end = bytes.indexOf(0, at);
    if (end === at) return bytes;
    const name = this.prefix + bytes.toString('utf8', at, end);
    if (type === close) this.statements.delete(name);
    else this.statements.add(name);
    const body = Buffer.concat([bytes.subarray(5, at), Buffer.from(name), bytes.subarray(end)]);
    return message(String.fromCharCode(type as number), body);
  }
}
