/** What commands work with. */
import type * as vscode from 'vscode';
import type { FlamePanels } from '../profiles/flamePanels';
import type { ProfileTree } from '../profiles/profileTree';
import type { ReportDocuments } from '../reports/reportDocuments';
import type { Reports } from '../reports/reports';
import type { Settings } from '../settings';
import type { Sidecar } from '../sidecar/sidecar';
import type { RefactoringModule } from '../timebox/refactoringModule';
import type { RequestTree } from '../trees/requestTree';
import type { Model } from '../trees/rootNodes';

export interface CommandParts extends Model {
  log: vscode.LogOutputChannel;
  settings: Settings;
  sidecar: Sidecar;
  tree: RequestTree;
  reports: Reports;
  documents: ReportDocuments;
  profileTree: ProfileTree;
  flames: FlamePanels;
  refactoring: RefactoringModule;
}
