/**
 * What a child may see of the environment: what a system and a run need. Keys and tokens of the person stay here, and so do a
 * debugger's NODE_OPTIONS and the dozens of variables an editor sets for itself.
 */
const KEPT: ReadonlySet<string> = new Set([
  // Where things are.
  'PATH', 'PATHEXT', 'HOME', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME',
  // Data sets that Python has fetched.
  'HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_DATASETS_CACHE',
  // Windows cannot load its own libraries, or start a process, without these.
  'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'COMMONPROGRAMFILES',
  'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'OS',
  // Where shared libraries are that stand in no usual place (Nix, conda).
  'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH',
  'LANG', 'LANGUAGE', 'TZ',
]);
const KEPT_FAMILIES = ['LC_', 'ASSAY_'];

/**
 * The environment of a child, with `extra` added. Names count without case, as on Windows.
 * ELECTRON_RUN_AS_NODE makes Electron's binary a Node, and means nothing to a real one.
 */
export function childEnvironment(
  extra: Readonly<Record<string, string>> = {},
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => isKept(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...extra, ELECTRON_RUN_AS_NODE: '1' };
}

/** Whether children see a variable; `name` in capitals. */
export function isKept(name: string): boolean {
  return KEPT.has(name) || KEPT_FAMILIES.some((family) => name.startsWith(family));
}
