import * as library from 'introspector/timebox';
import { runCases } from './runCases.mjs';

await runCases(library, 'mjs');
