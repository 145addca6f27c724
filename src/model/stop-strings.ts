/** The text before the first stop string, tried in their order (the harness's `postprocess_generated_text`). */
export function cutAtStops(text: string, stops: readonly string[]): string {
  return stops.reduce((kept, stop) => (stop === '' ? kept : (kept.split(stop, 1)[0] ?? '')), text);
}
