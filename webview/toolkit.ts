/**
 * The one module that knows the component library. What the page uses of it: a button, a text field, and a grid
 * whose rows and cells are written by hand (assigning `rowsData` would rebuild them and drop the focus).
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDataGrid,
  vsCodeDataGridCell,
  vsCodeDataGridRow,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { custom } from './dom';

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDataGrid(), vsCodeDataGridCell(), vsCodeDataGridRow(), vsCodeTextField());
}

export function button(appearance: 'primary' | 'secondary', onPress: () => void): HTMLElement {
  const made = custom('vscode-button');
  made.setAttribute('appearance', appearance);
  made.addEventListener('click', onPress);
  return made;
}

export function searchField(onInput: (text: string) => void): { readonly root: HTMLElement; setText(text: string): void; setLabels(placeholder: string, label: string): void } {
  const root = custom('vscode-text-field', 'search');
  root.addEventListener('input', () => onInput(valueOf(root)));
  return {
    root,
    setText: (text) => root.setAttribute('value', text),
    setLabels: (placeholder, label) => {
      root.setAttribute('placeholder', placeholder);
      root.setAttribute('aria-label', label);
    },
  };
}

export function grid(label: string): HTMLElement {
  const made = custom('vscode-data-grid', 'grid');
  made.setAttribute('generate-header', 'none');
  made.setAttribute('aria-label', label);
  return made;
}

export function gridRow(kind: 'header' | 'default', className = ''): HTMLElement {
  const made = custom('vscode-data-grid-row', className);
  if (kind === 'header') made.setAttribute('row-type', 'header');
  return made;
}

export function gridCell(kind: 'columnheader' | 'default', className: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = custom('vscode-data-grid-cell', className, ...children);
  if (kind === 'columnheader') made.setAttribute('cell-type', 'columnheader');
  return made;
}

function valueOf(field: HTMLElement): string {
  return 'value' in field && typeof field.value === 'string' ? field.value : '';
}
