/** User settings of a VS Code under test. */

export type Settings = Readonly<Record<string, unknown>>;

/**
 * Nothing pops up, nothing is looked up in the network, and nothing is saved unless a test asks for it.
 * Names and values must be of the day: VS Code rewrites outdated ones some seconds after its start.
 */
export const quietSettings: Settings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'files.autoSave': 'off',
  'git.enabled': false,
  'js/ts.tsserver.automaticTypeAcquisition.enabled': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};
