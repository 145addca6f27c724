/** A hub on this machine: the addresses that Python's libraries and Assay ask, with a second server where large files lie, and faults on request. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { readonly server: 'hub' | 'elsewhere'; readonly method: string; readonly url: string; readonly authorization: string | null; readonly range: string | null };

/** What becomes of a request instead of an answer; true: it was answered. */
export type Fault = (asked: Asked, response: ServerResponse, bytes: Buffer | null) => boolean;

export type HubRevision = { readonly commit: string; readonly files: Readonly<Record<string, Buffer | string>> };

export class HubImitation {
  readonly asked: Asked[] = [];
  fault: Fault = () => false;
  /** Only with this token. */
  secret: string | null = null;
  /** Files of more bytes lie elsewhere. */
  readonly large = 500;
  pageLength = 1000;

  private constructor(
    private readonly id: string,
    private readonly revisions: Map<string, HubRevision>,
    private readonly hub: Server,
    private readonly elsewhere: Server,
  ) {}

  static async start(id: string, revisions: Readonly<Record<string, HubRevision>>): Promise<HubImitation> {
    const servers = [createServer(), createServer()] as const;
    await Promise.all(servers.map((server) => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))));
    const imitation = new HubImitation(id, new Map(Object.entries(revisions)), ...servers);
    servers[0].on('request', (request: IncomingMessage, response: ServerResponse) => imitation.answer('hub', request, response));
    servers[1].on('request', (request: IncomingMessage, response: ServerResponse) => imitation.answer('elsewhere', request, response));
    return imitation;
  }

  get endpoint(): string {
    return addressOf(this.hub);
  }

  get elsewhereAddress(): string {
    return addressOf(this.elsewhere);
  }

  /** Requests for bytes of files, by path. */
  downloads(): string[] {
    return this.asked.filter(({ method, server, url }) => method === 'GET' && (server === 'elsewhere' || url.includes('/resolve/'))).map(({ server, url }) => `${server} ${url.replace(/^.*\/(?:resolve\/[^/]*|blob)\//, '')}`);
  }

  async close(): Promise<void> {
    for (const server of [this.hub, this.elsewhere]) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  }

  move(revision: string, to: HubRevision): void {
    this.revisions.set(revision, to);
  }

  private answer(server: Asked['server'], request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const asked: Asked = { server, method, url, authorization: headers.authorization ?? null, range: headers.range ?? null };
    this.asked.push(asked);
    const bytes = this.bytesOf(url);
    if (this.fault(asked, response, bytes)) return;
    if (server === 'elsewhere') return bytes === null ? refuse(response, 404, 'EntryNotFound') : send(asked, response, bytes, {});
    if (this.secret !== null && asked.authorization !== `Bearer ${this.secret}`) return refuse(response, 401, 'RepoNotFound');
    this.answerHub(asked, response);
  }

  private answerHub(asked: Asked, response: ServerResponse): void {
    const url = new URL(asked.url, this.endpoint);
    const bare = this.id.slice(this.id.indexOf('/') + 1);
    const moved = new RegExp(`^(/(?:api/)?datasets/)${bare}(/.*)$`).exec(url.pathname);
    if (moved !== null && bare !== this.id) return void response.writeHead(307, { location: `${moved[1]}${this.id}${moved[2]}${url.search}` }).end();
    const api = new RegExp(`^/api/datasets/${this.id}/(revision|tree)/([^/]+)$`).exec(url.pathname);
    if (api !== null) {
      const revision = this.revision(decodeURIComponent(api[2] ?? ''));
      if (revision === null) return refuse(response, 404, 'RevisionNotFound');
      return json(response, api[1] === 'revision' ? { id: this.id, sha: revision.commit } : this.page(revision, url, response));
    }
    const file = new RegExp(`^/datasets/${this.id}/resolve/([^/]+)/(.+)$`).exec(url.pathname);
    if (file === null) return refuse(response, 404, 'RepoNotFound');
    const revision = this.revision(decodeURIComponent(file[1] ?? ''));
    if (revision === null) return refuse(response, 404, 'RevisionNotFound');
    const path = decodeURIComponent(file[2] ?? '');
    const bytes = bytesOf(revision.files[path]);
    const commit = { 'x-repo-commit': revision.commit };
    if (bytes === null) return refuse(response, 404, 'EntryNotFound', commit);
    if (bytes.length <= this.large) return send(asked, response, bytes, { ...commit, etag: `"${gitDigest(bytes)}"` });
    const location = `${this.elsewhereAddress}/blob/${path}?Signature=secret`;
    response.writeHead(302, { ...commit, location, 'x-linked-etag': `"${sha256(bytes)}"`, 'x-linked-size': bytes.length }).end();
  }

  private page(revision: HubRevision, url: URL, response: ServerResponse): unknown[] {
    const entries = Object.entries(revision.files).map(([path, content]) => {
      const bytes = bytesOf(content) ?? Buffer.alloc(0);
      const oid = gitDigest(bytes);
      return { type: 'file', path, size: bytes.length, oid, ...(bytes.length > this.large && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } }) };
    });
    const from = Number(url.searchParams.get('cursor') ?? 0);
    if (from + this.pageLength < entries.length) {
      url.searchParams.set('cursor', String(from + this.pageLength));
      response.setHeader('link', `<${url.href}>; rel="next"`);
    }
    return [{ type: 'directory', path: 'data', oid: '0'.repeat(40), size: 0 }, ...entries.slice(from, from + this.pageLength)];
  }

  private revision(name: string): HubRevision | null {
    return this.revisions.get(name) ?? [...this.revisions.values()].find(({ commit }) => commit === name) ?? null;
  }

  private bytesOf(url: string): Buffer | null {
    const path = decodeURIComponent(/\/(?:blob|resolve\/[^/]+)\/([^?]+)/.exec(url)?.[1] ?? '');
    for (const { files } of this.revisions.values()) {
      const bytes = bytesOf(files[path]);
      if (bytes !== null) return bytes;
    }
    return null;
  }
}

export function refuse(response: ServerResponse, status: number, code: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'x-error-code': code, 'x-error-message': `no ${code}`, ...headers }).end();
}

function send({ method, range }: Asked, response: ServerResponse, bytes: Buffer, headers: Readonly<Record<string, string>>): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (start >= bytes.length && start > 0) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  const rest = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, { ...headers, 'content-length': rest.length, ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }) });
  response.end(method === 'HEAD' ? undefined : rest);
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function bytesOf(content: Buffer | string | undefined): Buffer | null {
  return content === undefined ? null : Buffer.from(content);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function gitDigest(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
