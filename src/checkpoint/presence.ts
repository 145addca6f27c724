import { readdirSync } from 'node:fs';
import { CONFIG_FILE } from './config';

const WEIGHTS = /^(model.*\.safetensors(\.index\.json)?|pytorch_model.*\.bin(\.index\.json)?)$/;

/**
 * A cheap look, without opening anything: does the folder hold config.json and weights?
 * `any`: one of the two is enough, so that a damaged checkpoint is reported as damaged and not as missing.
 */
export function looksLikeCheckpoint(folder: string, ask: 'both' | 'any' = 'both'): boolean {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return false;
  }
  return namesOfCheckpoint(names, ask);
}

export function namesOfCheckpoint(names: readonly string[], ask: 'both' | 'any' = 'both'): boolean {
  const config = names.includes(CONFIG_FILE);
  const weights = names.some((name) => WEIGHTS.test(name));
  return ask === 'both' ? config && weights : config || weights || names.some((name) => /\.(safetensors|gguf|onnx|distcp|ckpt|pth?)$/.test(name));
}
