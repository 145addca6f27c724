// Of transformers.js only the tokenizers are bundled. It loads ONNX Runtime as soon as it is imported, which fails where the engine
// has no binary, just where its tokenizer has to stand in: the engine belongs to the model process alone.
import { readFile } from 'node:fs/promises';

const LOADS_ENGINE = 'requireFromHere("onnxruntime-node")';

/** @type {import('esbuild').Plugin} */
export const tokenizerHalf = {
  name: 'tokenizer-half',
  setup({ onLoad }) {
    onLoad({ filter: /@huggingface[\\/]transformers[\\/]dist[\\/]transformers\.node\.(mjs|cjs)$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(LOADS_ENGINE)) throw new Error(`${path} loads its engine in another way than this build knows`);
      return { contents: text.replace(LOADS_ENGINE, '{}'), loader: 'js' };
    });
  },
};
