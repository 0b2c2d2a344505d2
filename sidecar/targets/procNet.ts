/** TCP sockets as Linux shows them in /proc: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html */
import { readFile } from 'node:fs/promises';

export interface TcpSocket {
  localPort: number;
  remotePort: number;
  state: 'established' | 'listening' | 'other';
  /** Bound to the loopback address alone. */
  isLoopback: boolean;
  /** Bytes that have arrived and that the process has not read; for a listening socket, connections not accepted. */
  unread: number;
  /** 0 while no process has accepted the connection. */
  inode: number;
}

const STATES: Record<string, TcpSocket['state'] | undefined> = { '01': 'established', '0A': 'listening' };

/** `__SO_ACCEPTCON` of the kernel. */
const ACCEPTS_CONNECTIONS = 0x10000;

/** 127.0.0.1 and ::1, in the kernel's byte order. */
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/**
 * @param pid process whose network namespace is read
 * @returns all TCP sockets of that namespace, IPv4 and IPv6
 * @throws when /proc cannot be read: the process is gone, or this is not Linux
 */
export async function tcpSockets(pid: number): Promise<TcpSocket[]> {
  const [v4, v6] = await Promise.all([
    readFile(`/proc/${pid}/net/tcp`, 'utf8'),
    readFile(`/proc/${pid}/net/tcp6`, 'utf8').catch(() => ''),
  ]);
  return [...parseTable(v4), ...parseTable(v6)];
}

/** @param table text of /proc/net/tcp or tcp6, its headline included */
export function parseTable(table: string): TcpSocket[] {
  return table
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields.length >= 10)
    .map(fields => {
      const [, local = '', remote = '', state = '', queues = '', , , , , inode = ''] = fields;
      return {
        localPort: portOf(local),
        remotePort: portOf(remote),
        state: STATES[state] ?? 'other',
        isLoopback: LOOPBACK.test(local.split(':')[0] ?? ''),
        unread: Number.parseInt(queues.split(':')[1] ?? '0', 16),
        inode: Number(inode),
      };
    });
}

/**
 * @param pid process whose network namespace is read
 * @param own inodes of its sockets
 * @returns paths of the Unix sockets it listens on: https://man7.org/linux/man-pages/man7/unix.7.html
 */
export async function unixListeners(pid: number, own: ReadonlySet<number>): Promise<string[]> {
  return parseUnixTable(await readFile(`/proc/${pid}/net/unix`, 'utf8').catch(() => ''))
    .filter(({ inode }) => own.has(inode))
    .map(({ path }) => path);
}

/** @returns the listening sockets of `/proc/net/unix` that lie in a folder: abstract ones, marked by `@`, do not */
export function parseUnixTable(table: string): { inode: number; path: string }[] {
  // Number, references, protocol, flags (the second of them: it listens), type, state, inode, path.
  const line = /^[0-9a-f]+: \S+ \S+ (?<flags>[0-9A-F]{8}) \S+ \S+ +(?<inode>\d+) (?<path>[^@].*)$/gim;
  return [...table.matchAll(line)]
    .filter(({ groups }) => Number.parseInt(groups?.flags ?? '0', 16) & ACCEPTS_CONNECTIONS)
    .map(({ groups }) => ({ inode: Number(groups?.inode), path: groups?.path ?? '' }));
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '0', 16);
}
