import type { TextArchitecture } from './architecture.js';
import { bag } from './bag/bag.js';
import type { TextArchitectureName } from './config.js';
import { lstm } from './lstm/lstm.js';

export const textArchitectures: Readonly<Record<TextArchitectureName, TextArchitecture>> = { bag, lstm };
