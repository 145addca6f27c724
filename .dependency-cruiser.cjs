// Who may know whom (docs/architecture.md). test/house/imports.test.ts plants one forbidden import for each rule.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'vscode-only-in-editor',
      comment: '`vscode` only in src/extension.ts and src/editor/',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/(extension\\.ts$|editor/)' },
      to: { path: '^vscode$|/@types/vscode/' },
    },
    {
      name: 'onnxruntime-only-in-model-onnx',
      comment: '`onnxruntime-node` only in src/model/onnx/',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/model/onnx/' },
      to: { path: 'onnxruntime-(node|common)' },
    },
    {
      name: 'face-knows-little',
      comment: 'editor/ and cli/ know protocol/, the evaluator client, config/, catalog/ and run/read.ts',
      severity: 'error',
      from: { path: '^src/(editor|cli)/' },
      to: { path: '^(src|webview)/', pathNot: '^src/(editor|cli|protocol|config|catalog)/|^src/run/read\\.ts$|^src/evaluator/(client|in-memory)\\.ts$' },
    },
    {
      name: 'editor-not-in-memory',
      comment: 'only cli/ runs the evaluator in its own process',
      severity: 'error',
      from: { path: '^src/(editor/|extension\\.ts$)' },
      to: { path: '^src/evaluator/in-memory\\.ts$|^src/cli/' },
    },
    {
      name: 'metrics-statistics-pure',
      comment: 'metrics/ and statistics/ are pure functions: no I/O, no clock, no randomness that is not passed in',
      severity: 'error',
      from: { path: '^src/(metrics|statistics)/' },
      to: {
        pathNot: '^src/(metrics|statistics|protocol)/|^src/python/(random|value)\\.ts$|^src/config/definition\\.ts$',
      },
    },
    {
      name: 'task-not-model',
      comment: 'task/ does not know which model answers: Request and Response are all they share',
      severity: 'error',
      from: { path: '^src/task/' },
      to: { path: '^src/(model|checkpoint|run|evaluator|catalog)/', pathNot: '^src/model/language-model\\.ts$' },
    },
    {
      name: 'model-not-task',
      comment: 'model/ does not know what a task is',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^src/(task|config|catalog|dataset|metrics|statistics|run|evaluator)/' },
    },
    {
      name: 'protocol-imports-nothing',
      comment: 'protocol/ imports nothing; everyone may import it',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { pathNot: '^src/protocol/' },
    },
    {
      name: 'nobody-imports-faces',
      comment: 'nothing imports editor/, cli/ or webview/',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^(src/(editor|cli)/|src/extension\\.ts$|webview/)' },
      to: { path: '^(src/(editor|cli)/|webview/)' },
    },
    {
      name: 'webview-stands-alone',
      comment: 'the results page knows protocol/ only',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/protocol/' },
    },
    {
      name: 'only-dataset-reads-data',
      comment: 'data formats are read in dataset/ only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dataset/' },
      to: { path: '(^|node_modules/)(hyparquet|hyparquet-compressors|csv-parse)(/|$)' },
    },
    {
      name: 'run-read-without-metrics',
      comment: 'run/read.ts reads finished runs and imports no metric',
      severity: 'error',
      from: { path: '^src/run/read\\.ts$' },
      to: { path: '^src/(metrics|statistics|task|model|dataset)/', reachable: true },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
