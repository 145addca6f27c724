/** Where Python's own libraries keep what they fetched from the hub, and whether they may fetch more: the rules of huggingface_hub 1 and datasets 5. */
import { homedir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export type HubPlaces = {
  /** `models--…`, `datasets--…`. */
  readonly hub: string;
  /** Arrow files of `datasets`. */
  readonly datasets: string;
  /** The file that holds the person's token. */
  readonly tokenFile: string;
  readonly offline: boolean;
};

export function hubPlaces(environment: Environment = process.env): HubPlaces {
  const named = (name: string): string | null => {
    const value = environment[name];
    return value === undefined || value === '' ? null : path.resolve(expanded(value, environment));
  };
  const above = environment['XDG_CACHE_HOME'];
  const home = named('HF_HOME') ?? path.join(above === undefined || above === '' ? path.join(homeOf(environment), '.cache') : above, 'huggingface');
  const datasetsOffline = environment['HF_DATASETS_OFFLINE'];
  return {
    hub: named('HF_HUB_CACHE') ?? named('HUGGINGFACE_HUB_CACHE') ?? path.join(home, 'hub'),
    datasets: named('HF_DATASETS_CACHE') ?? path.join(home, 'datasets'),
    tokenFile: named('HF_TOKEN_PATH') ?? path.join(home, 'token'),
    offline: datasetsOffline === undefined || datasetsOffline === '' ? isTrue(environment['HF_HUB_OFFLINE']) || isTrue(environment['TRANSFORMERS_OFFLINE']) : isTrue(datasetsOffline),
  };
}

export function isTrue(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? '');
}

/** `~` and `$NAME`, as os.path.expanduser and expandvars have them. */
function expanded(value: string, environment: Environment): string {
  const home = value.replace(/^~(?=$|[\\/])/, () => homeOf(environment));
  return home.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare: string | undefined, braced: string | undefined) => environment[bare ?? braced ?? ''] ?? whole);
}

function homeOf(environment: Environment): string {
  const named = environment[process.platform === 'win32' ? 'USERPROFILE' : 'HOME'];
  return named !== undefined && named !== '' ? named : homedir();
}
