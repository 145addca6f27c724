// A node:test reporter that counts leaf tests and names the files of those that failed, and the slowest. Skipped and todo tests count as failed.
const slowestNamed = 15;

export default async function* tally(source) {
  let passed = 0;
  let failed = 0;
  const failedFiles = new Set();
  const seconds = new Map();
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { details, skip, todo, file, nesting } = event.data;
    if (nesting === 0 && file) seconds.set(file, (seconds.get(file) ?? 0) + (details?.duration_ms ?? 0) / 1000);
    if (event.type === 'test:fail' && file) failedFiles.add(file);
    if (details?.type === 'suite') continue;
    if (event.type === 'test:pass' && skip === undefined && todo === undefined) passed++;
    else failed++;
  }
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, slowestNamed);
  yield JSON.stringify({ passed, failed, failedFiles: [...failedFiles], slowest });
}
