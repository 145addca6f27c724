/** Everything of the results page that is not its script: where its files are and what it may load. */
export type PageFiles = {
  readonly script: string;
  readonly style: string;
  /** The webview's own origin, as Content-Security-Policy names it. */
  readonly source: string;
  readonly nonce: string;
  readonly locale: string;
};

/** The `csp-nonce` element is for the component library, which makes one style element of its own. */
export function pageShell({ script, style, source, nonce, locale }: PageFiles): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source} 'nonce-${nonce}'; font-src ${source}; img-src ${source} data:`;
  return `<!DOCTYPE html>
<html lang="${locale}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${style}">
<title>Assay</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
