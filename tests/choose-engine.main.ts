import { chooseEngine } from '@vitrine/models';

/** Prints what the engine of the named provider runs on here. */
console.log(JSON.stringify(await chooseEngine({ provider: process.argv[2] })));
