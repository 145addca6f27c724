/** Time left, as all screens say it. The symbols of the units are international. */

/** Seconds as a person says them, no finer than an estimate is: `42 s`, `4 min`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
