import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.editor/**', '.tests/**', 'test/fixtures/**', '.assay/**', 'examples/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // node:test's `test` and `describe` return promises that the runner itself awaits.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', 'no-console': 'off' },
  },
  {
    // What reads files that may be anybody's reads plain files only, up to a size.
    files: ['src/**/*.ts'],
    // Files of the system, of the product itself, and those that a person names to be scored or asked; samples are read in pieces.
    ignores: ['src/files/**', 'src/run/worker.ts', 'src/model/local/threads.ts', 'src/editor/results/page-language.ts', 'src/cli/score.ts', 'src/cli/ask.ts', 'src/reader/samples-place.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:fs', 'node:fs/promises'].map((name) => ({
            name,
            importNames: ['readFile', 'readFileSync', 'createReadStream'],
            message: 'Read files through src/files/read-limited.ts.',
          })),
        },
      ],
    },
  },
  {
    // Names from files stand in these texts: notices.ts makes them plain.
    files: ['src/editor/**/*.ts', 'src/extension.ts'],
    ignores: ['src/editor/notices.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name=/^show(Information|Warning|Error)Message$|^show(QuickPick|InputBox)$|^(createQuickPick|createInputBox)$/]",
          message: 'Tell and ask through src/editor/notices.ts.',
        },
        { selector: "MemberExpression[property.name='findFiles']", message: 'It follows links anywhere: search with src/editor/workspace-files.ts.' },
      ],
    },
  },
);
