/** The fields of pprof's format that the tests read: https://github.com/google/pprof/blob/main/proto/profile.proto */
import protobuf from 'protobufjs';

const integer = (id: number) => ({ type: 'int64', id });
const number = (id: number) => ({ type: 'uint64', id });
const many = (type: string, id: number) => ({ rule: 'repeated' as const, type, id });

const schema = protobuf.Root.fromJSON({
  nested: {
    ValueType: { fields: { type: integer(1), unit: integer(2) } },
    Sample: { fields: { locationId: many('uint64', 1), value: many('int64', 2) } },
    Line: { fields: { functionId: number(1), line: integer(2) } },
    Location: { fields: { id: number(1), line: many('Line', 4) } },
    Function: { fields: { id: number(1), name: integer(2), filename: integer(4), startLine: integer(5) } },
    Profile: {
      fields: {
        sampleType: many('ValueType', 1),
        sample: many('Sample', 2),
        location: many('Location', 4),
        function: many('Function', 5),
        stringTable: many('string', 6),
        timeNanos: integer(9),
        durationNanos: integer(10),
      },
    },
  },
});

interface PprofProfile {
  sampleType: { type: number; unit: number }[];
  sample: { locationId: number[]; value: number[] }[];
  location: { id: number; line: { functionId: number; line: number }[] }[];
  function: { id: number; name: number; filename: number; startLine: number }[];
  stringTable: string[];
  timeNanos: number;
  durationNanos: number;
}

/** @param bytes unzipped @throws when it is not such a profile */
export function decodePprof(bytes: Uint8Array): PprofProfile {
  const type = schema.lookupType('Profile');
  return type.toObject(type.decode(bytes), { longs: Number, arrays: true, defaults: true }) as PprofProfile;
}
