/** `str(numpy.array(values))` of probabilities: at most 8 digits after the point, columns aligned (numpy's default print options). */
export function numpyText(values: readonly number[]): string {
  const sizes = values.filter((value) => value !== 0).map(Math.abs);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const exponential = sizes.length > 0 && (high >= 1e8 || low < 1e-4 || high / low > 1000);
  const texts = values.map(exponential ? exponentText : fixedText);
  const width = Math.max(...texts.map((text) => text.indexOf('.')));
  const aligned = texts.map((text) => ' '.repeat(width - text.indexOf('.')) + text);
  const length = Math.max(...aligned.map((text) => text.length));
  return `[${aligned.map((text) => (exponential ? text : text.padEnd(length))).join(' ')}]`;
}

function fixedText(value: number): string {
  const rounded = value.toFixed(8);
  // Shorter digits that already are the number are preferred to eight rounded ones.
  const shortest = String(value);
  const text = /e/.test(shortest) || shortest.length > rounded.length ? rounded : shortest;
  return text.includes('.') ? text.replace(/0+$/, '') : `${text}.`;
}

function exponentText(value: number): string {
  const shortest = value.toExponential();
  const [mantissa = '0', exponent = '+0'] = ((shortest.split('e')[0]?.length ?? 0) > 10 ? value.toExponential(8) : shortest).split('e');
  const digits = mantissa.includes('.') ? mantissa.replace(/0+$/, '') : `${mantissa}.`;
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/^[-+]/, '').padStart(2, '0')}`;
}
