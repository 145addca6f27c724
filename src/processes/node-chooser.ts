import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { AssayError } from '../protocol/errors';
import { type NodeProbe, OLDEST_NODE, probeNode } from './node-probe';
import { runsInElectron } from './worker-process';

/** `passedOver`: Nodes of the PATH that cannot be used, and why. */
export type ChosenNode = {
  readonly node: string;
  readonly from: 'setting' | 'path' | 'own';
  readonly version: string | null;
  readonly passedOver: readonly { readonly file: string; readonly probe: NodeProbe }[];
};

/** What a choice depends on; tests put their own in. */
export type NodeSurroundings = {
  readonly isElectron: boolean;
  readonly searchPath: string;
  /** The binary that runs this process. */
  readonly own: string;
  readonly platform: NodeJS.Platform;
  readonly isExecutable: (file: string) => boolean;
  readonly probe: (file: string) => Promise<NodeProbe>;
};

/** Probes cost a process each: a PATH with more Nodes than this has shown that it has none. */
const MOST_PROBED = 8;

/**
 * The Node that runs evaluator, reader and model processes. The setting where there is one; inside Electron the first of the PATH
 * that can be used, because Electron's allocator ends the process where one weight needs gigabytes; else the binary that runs
 * this process. Usable: version 20 or newer, this machine's architecture as the engine here was built for, answers over IPC.
 * Throws `node-too-old`, `node-wrong-architecture` or `node-no-answer` where the setting names one that is not.
 */
export async function chooseNode(setting: string, surroundings: Partial<NodeSurroundings> = {}): Promise<ChosenNode> {
  const { isElectron, searchPath, own, platform, isExecutable, probe } = { ...here(), ...surroundings };
  if (setting !== '') {
    const found = await probe(setting);
    if (found.kind !== 'usable') throw unusable(setting, found);
    return { node: found.facts.executable, from: 'setting', version: found.facts.version, passedOver: [] };
  }
  const passedOver: { file: string; probe: NodeProbe }[] = [];
  const candidates = isElectron ? nodesOf(searchPath, platform).filter(isExecutable).slice(0, MOST_PROBED) : [];
  for (const file of candidates) {
    const found = await probe(file);
    if (found.kind === 'usable') return { node: found.facts.executable, from: 'path', version: found.facts.version, passedOver };
    passedOver.push({ file, probe: found });
  }
  return { node: own, from: 'own', version: null, passedOver };
}

/** Why a Node cannot be used. */
export function unusable(file: string, probe: Exclude<NodeProbe, { kind: 'usable' }>): AssayError {
  switch (probe.kind) {
    case 'too-old':
      return new AssayError('node-too-old', { node: file, version: probe.version, oldest: OLDEST_NODE });
    case 'wrong-architecture':
      return new AssayError('node-wrong-architecture', { node: file, architecture: probe.architecture, wanted: probe.wanted });
    case 'no-answer':
      return new AssayError('node-no-answer', { node: file, detail: probe.detail });
  }
}

function here(): NodeSurroundings {
  return {
    isElectron: runsInElectron(),
    searchPath: process.env['PATH'] ?? '',
    own: process.execPath,
    platform: process.platform,
    isExecutable,
    probe: probeNode,
  };
}

function nodesOf(searchPath: string, platform: NodeJS.Platform): string[] {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? path.win32 : path.posix;
  const name = platform === 'win32' ? 'node.exe' : 'node';
  return [...new Set(searchPath.split(delimiter).filter(isAbsolute).map((folder) => join(folder, name)))];
}

/** Whether the file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
