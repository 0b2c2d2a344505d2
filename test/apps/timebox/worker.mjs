import * as library from 'introspector/timebox';
import { report } from './inWorker.mjs';

await report(library);
