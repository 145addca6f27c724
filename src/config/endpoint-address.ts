/** Addresses of servers. */

/** What of OpenAI's protocol people put behind the address of a server. */
const KNOWN_PATHS = /\/(?:chat\/)?completions$|\/models$/;

export type AddressFault = 'not-http' | 'credentials' | 'query';

/** The address requests are sent below, without a slash at its end; a fault for what is none. Credentials and queries may hold keys, so no message repeats such an address. */
export function endpointAddress(text: string): string | { readonly fault: AddressFault } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: 'not-http' };
  }
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || !/^https?:\/\//i.test(text) || url.hostname === '') return { fault: 'not-http' };
  if (url.username !== '' || url.password !== '') return { fault: 'credentials' };
  if (url.search !== '' || url.hash !== '') return { fault: 'query' };
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(KNOWN_PATHS, '')}`;
}
