/**
 * Version of the wire between the sidecar and its clients. A client and a sidecar understand each other when the
 * numbers are equal; adding an event or an optional field does not change it, removing or renaming one does.
 */
export const PROTOCOL_VERSION = 2;
