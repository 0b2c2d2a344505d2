/** Tabs as https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ wants them. */

interface Tab {
  tab: HTMLElement;
  panel: HTMLElement;
  onShow(): void;
}

export class Tabs {
  constructor(private readonly tabs: readonly Tab[]) {
    for (const [index, { tab }] of tabs.entries()) {
      tab.addEventListener('click', () => this.show(index));
      tab.addEventListener('keydown', event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step !== undefined) this.show((index + step + tabs.length) % tabs.length, true);
      });
    }
  }

  private show(shown: number, takesFocus = false): void {
    for (const [index, { tab, panel }] of this.tabs.entries()) {
      const isShown = index === shown;
      tab.ariaSelected = String(isShown);
      tab.tabIndex = isShown ? 0 : -1;
      panel.hidden = !isShown;
    }
    this.tabs[shown]?.onShow();
    if (takesFocus) this.tabs[shown]?.tab.focus();
  }
}
