/** One way to write a profile, whatever the format. */
import type { ProfileFormat } from '../../protocol/profileValues';
import type { Profile } from '../profile';
import { callGraphDot } from './callGraphDot';
import { cpuProfile } from './cpuProfile';
import { foldedStacks } from './foldedStacks';
import { htmlFile } from './htmlFile';
import { pprofFile } from './pprofFile';
import { speedscopeFile } from './speedscope';

const WRITERS: Record<ProfileFormat, (profile: Profile) => string | Uint8Array | Promise<string | Uint8Array>> = {
  speedscope: speedscopeFile,
  cpuprofile: cpuProfile,
  pprof: pprofFile,
  folded: foldedStacks,
  html: htmlFile,
  // Graphviz and the PDF writer are large, and most sidecars never need them.
  svg: async profile => (await import('./callGraphPicture')).callGraphSvg(callGraphDot(profile)),
  pdf: async profile => (await import('./callGraphPicture')).callGraphPdf(callGraphDot(profile)),
};

/** @returns what to put into the file */
export async function exportProfile(profile: Profile, format: ProfileFormat): Promise<string | Uint8Array> {
  return WRITERS[format](profile);
}
