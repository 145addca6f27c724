/** Who asks the hub, and where it is: from the person's environment, which only the process that downloads may ask for. */
import { ReadFailure, readTextLimited } from '../files/read-limited';
import { AssayError } from '../protocol/errors';
import { type Environment, hubPlaces, type HubPlaces, isTrue } from './places';

const PLACES = ['HOME', 'USERPROFILE', 'XDG_CACHE_HOME', 'HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_DATASETS_CACHE', 'HF_TOKEN_PATH', 'HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE', 'TRANSFORMERS_OFFLINE'];
const OTHERS = ['HF_ENDPOINT', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_HUB_DISABLE_IMPLICIT_TOKEN', 'HF_HUB_DISABLE_SYMLINKS'];
const ENDPOINT = 'https://huggingface.co';
const MOST_TOKEN = 10_000;

export type HubPerson = { readonly places: HubPlaces; readonly endpoint: string; readonly token: string | null; readonly withLinks: boolean };

/** Rejects with AssayError (hub-address). */
export async function hubPerson(readVariable: (name: string) => Promise<string | undefined>): Promise<HubPerson> {
  const read = await Promise.all([...PLACES, ...OTHERS].map(async (name) => [name, await readVariable(name)] as const));
  const environment: Environment = Object.fromEntries(read);
  const places = hubPlaces(environment);
  return { places, endpoint: endpointOf(environment['HF_ENDPOINT']), token: await tokenOf(environment, places), withLinks: !isTrue(environment['HF_HUB_DISABLE_SYMLINKS']) };
}

/** A name and a password in the address are not shown. */
function endpointOf(value: string | undefined): string {
  const text = (value ?? '').trim().replace(/\/+$/, '');
  if (text === '') return ENDPOINT;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') throw new AssayError('hub-address');
  return text;
}

async function tokenOf(environment: Environment, { tokenFile }: HubPlaces): Promise<string | null> {
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const token = (environment[name] ?? '').trim();
    if (token !== '') return usable(token);
  }
  if (isTrue(environment['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return null;
  try {
    const token = (await readTextLimited(tokenFile, MOST_TOKEN)).trim();
    return token === '' ? null : usable(token);
  } catch (error) {
    if (error instanceof ReadFailure) return null;
    throw error;
  }
}

/** What cannot stand in a header is no token. */
function usable(token: string): string | null {
  return /^[\x21-\x7e]+$/.test(token) ? token : null;
}
