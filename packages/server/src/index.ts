export { type ServerFile, serverFileName } from './accounts/local-token.js';
export { openSource } from './datasets/formats/open.js';
export { openDatabase } from './platform/database/database.js';
export { migrate } from './platform/database/migrate.js';
export { withoutParameters } from './platform/database/query-fault.js';
export { defaultPort, openServer, type Server, type ServerOptions } from './server.js';
