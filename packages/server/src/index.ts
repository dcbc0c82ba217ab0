export { type ServerFile, serverFileName } from './accounts/local-token.js';
export { openSource } from './datasets/formats/open.js';
export { openBlobs } from './platform/blobs/open-blobs.js';
export { openDatabase } from './platform/database/database.js';
export { migrate } from './platform/database/migrate.js';
export { withoutParameters } from './platform/database/query-fault.js';
export { GraphPolicy } from './platform/vectors/memory/graph-policy.js';
export { MemoryVectors } from './platform/vectors/memory/memory-vectors.js';
export { defaultPort, openServer, type Server, type ServerOptions } from './server.js';
