import type { Plugin } from 'esbuild';
export const tokenizerHalf: Plugin;
