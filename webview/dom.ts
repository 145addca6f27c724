/** Making elements, and changing them only where something changed. All text of the page goes through here, and is text. */
import { plainText } from '../src/protocol/plain-text';

/** Longer texts are cut: nothing on the page is a document. */
const MOST = 4000;

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.map(written));
  return made;
}

/** An element of the toolkit (`vscode-…`), typed as what every element has. */
export function custom(tag: `vscode-${string}`, className = '', ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.map(written));
  return made;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | number>> = {}): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  return made;
}

export function setAttributes(target: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) setAttribute(target, name, String(value));
}

export function setAttribute(target: Element, name: string, text: string): void {
  const value = plainText(text, MOST);
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

export function setText(target: Node, text: string): void {
  const plain = plainText(text, MOST);
  if (target.textContent !== plain) target.textContent = plain;
}

/** Each line by itself. */
export function setTitle(target: HTMLElement, ...lines: readonly string[]): void {
  const title = lines.map((line) => plainText(line, MOST)).join('\n');
  if (target.title !== title) target.title = title;
}

export function setClass(target: Element, name: string, on: boolean): void {
  if (target.classList.contains(name) !== on) target.classList.toggle(name, on);
}

export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}

function written(child: Node | string): Node | string {
  return typeof child === 'string' ? plainText(child, MOST) : child;
}
