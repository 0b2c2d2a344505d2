/** A profile for pprof: https://github.com/google/pprof/blob/main/proto/profile.proto */
import { gzipSync } from 'node:zlib';
import {
  Line,
  Location,
  Profile as Pprof,
  Function as PprofFunction,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import { framesOutwards, selfTimes } from '../callTree';
import type { Profile } from '../profile';

/** @returns a gzipped profile with two values a sample: wall time and CPU time, in nanoseconds */
export function pprofFile(profile: Profile): Uint8Array {
  const { info, frames } = profile;
  const stringTable = new StringTable();
  const type = (name: string) =>
    new ValueType({ type: stringTable.dedup(name), unit: stringTable.dedup('nanoseconds') });
  const cpuUs = selfTimes(profile, 'cpu');
  const sample: Sample[] = [];
  for (const [node, wallUs] of selfTimes(profile, 'wall').entries()) {
    if (wallUs === 0) continue;
    const locationId = framesOutwards(profile, node).map(frame => frame + 1);
    sample.push(new Sample({ locationId, value: [nanoseconds(wallUs), nanoseconds(cpuUs[node] ?? 0)] }));
  }
  const pprof = new Pprof({
    stringTable,
    sampleType: [type('wall'), type('cpu')],
    sample,
    location: frames.map(({ line }, index) => {
      return new Location({ id: index + 1, line: [new Line({ functionId: index + 1, line })] });
    }),
    function: frames.map(({ name, file, line }, index) => {
      const text = stringTable.dedup(name);
      return new PprofFunction({
        id: index + 1,
        name: text,
        systemName: text,
        filename: stringTable.dedup(file),
        startLine: line,
      });
    }),
    timeNanos: BigInt(Math.round(info.startedAtMs)) * 1_000_000n,
    durationNanos: nanoseconds(info.durationMs * 1000),
    periodType: type('wall'),
    period: nanoseconds(info.samplingIntervalUs),
    comment: [stringTable.dedup(`${info.method} ${info.url}, ${info.target.name}[${info.target.pid}]`)],
  });
  return gzipSync(pprof.encode());
}

function nanoseconds(us: number): bigint {
  return BigInt(Math.round(us * 1000));
}
