/** Versions a number may depend on, for run.json and signatures. */
import { version as assay } from '../../package.json';

export const versions: Readonly<Record<string, string>> = { assay, node: process.versions.node };
