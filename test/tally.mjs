// A node:test reporter that counts leaf tests and names the files of those that failed. Skipped and todo tests count as failed.
export default async function* tally(source) {
  let passed = 0;
  let failed = 0;
  const failedFiles = new Set();
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { details, skip, todo, file } = event.data;
    if (event.type === 'test:fail' && file) failedFiles.add(file);
    if (details?.type === 'suite') continue;
    if (event.type === 'test:pass' && skip === undefined && todo === undefined) passed++;
    else failed++;
  }
  yield JSON.stringify({ passed, failed, failedFiles: [...failedFiles] });
}
