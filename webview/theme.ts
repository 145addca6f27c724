/** The theme's colours for what is drawn on a canvas; everything else takes them in the stylesheet. */

export type Palette = {
  readonly checkpoint: readonly string[];
  readonly quiet: string;
  readonly rule: string;
  readonly background: string;
  readonly font: string;
};

/** As many colours as the stylesheet has (`--checkpoint-0` …); a mark tells the next round apart. */
export const COLOURS = 6;

export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const resolve = (variable: string) => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const checkpoint = Array.from({ length: COLOURS }, (_, index) => resolve(`--checkpoint-${index}`));
  const palette = { checkpoint, quiet: resolve('--quiet'), rule: resolve('--rule'), background: resolve('--paper'), font: getComputedStyle(document.body).fontFamily };
  probe.remove();
  return palette;
}

/** The editor changes the body's class, its theme id and the variables on the root when the theme changes. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

export function checkpointClass(colour: number): string {
  return `checkpoint-${colour % COLOURS}`;
}
