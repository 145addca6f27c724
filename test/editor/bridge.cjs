// Loaded by VS Code as its `extensionTestsPath`: runs functions that arrive over loopback with the `vscode` API.
const vscode = require('vscode');
const http = require('node:http');

// The test's compiler wraps function names in this helper.
globalThis.__name = (value) => value;

exports.run = () =>
  new Promise((_resolve, reject) => {
    const server = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      try {
        const { source, argument } = JSON.parse(body);
        const value = await (0, eval)(`(${source})`)(vscode, argument);
        response.end(JSON.stringify({ value }));
      } catch (error) {
        response.end(JSON.stringify({ error: String((error && error.stack) || error) }));
      }
    });
    server.on('error', reject);
    server.listen(Number(process.env.ASSAY_TEST_BRIDGE), '127.0.0.1');
  });
