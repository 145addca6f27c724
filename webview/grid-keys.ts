/** Left, right, Home and End among the cells that are there: the library's own keys stop at a column that is hidden. */
export function walkVisibleCells(grid: HTMLElement): void {
  grid.addEventListener(
    'keydown',
    (event) => {
      const cell = event.target instanceof HTMLElement ? event.target.closest('vscode-data-grid-cell') : null;
      const row = cell?.parentElement;
      if (!cell || !row || event.ctrlKey || event.metaKey || event.altKey) return;
      const cells = [...row.children].filter((one): one is HTMLElement => one instanceof HTMLElement && one.offsetParent !== null);
      const at = cells.findIndex((one) => one === cell);
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: cells.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      cells[Math.max(0, Math.min(cells.length - 1, next))]?.focus();
    },
    { capture: true },
  );
}
