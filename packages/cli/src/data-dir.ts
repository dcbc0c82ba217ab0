import { resolve } from 'node:path';

/** `--data-dir`, else `VITRINE_DATA_DIR`, else `./vitrine-data`. */
export function dataDirOf(option: string | undefined): string {
  return resolve(option ?? process.env.VITRINE_DATA_DIR ?? 'vitrine-data');
}
