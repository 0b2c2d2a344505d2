/** The colour themes that tests look at. */

export interface ColorTheme {
  /** The value of the setting `workbench.colorTheme`. */
  id: string;
  /** What the picker calls it. */
  label: string;
  /** How the workbench's element is marked. */
  className: string;
}

export const colorThemes = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', className: 'vs-dark' },
  light: { id: 'Light Modern', label: 'Light Modern', className: 'vs' },
  highContrast: { id: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc-black' },
  highContrastLight: { id: 'Default High Contrast Light', label: 'Light High Contrast', className: 'hc-light' },
} as const satisfies Record<string, ColorTheme>;

export type ColorThemeName = keyof typeof colorThemes;
