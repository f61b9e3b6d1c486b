import type { Millis } from '#base'

/** The secrets of one user: hashes only. They live here and never in the log. */
export interface Credential {
  readonly user: string
  /** The argon2 hash of the password for web and API; undefined for a user that has only a phone. */
  readonly passwordHash?: string
  /** The realm that both digests below were made for. */
  readonly realm: string
  /** H(user:realm:password) as 32 hex digits (RFC 7616 section 3.4.2, MD5). */
  readonly ha1Md5?: string
  /** The same with SHA-256, 64 hex digits (RFC 8760). */
  readonly ha1Sha256?: string
  readonly updatedAt: Millis
  /** The hashes of earlier passwords for web and API, the last first; none when not said. */
  readonly earlierHashes?: readonly string[]
}

/** Who may log in and register. Methods may fail with `store.unreachable`. */
export interface Credentials {
  get(user: string): Promise<Credential | undefined>
  /** Adds or replaces a user's secrets as a whole. */
  set(credential: Credential): Promise<void>
  /** Returns when what would be set now would be kept; fails with `store.unreachable` while it would not. */
  demandChanges(): Promise<void>
  /** False when there was none. */
  remove(user: string): Promise<boolean>
  /** Everybody, in the order of their names: what an edge keeps a copy of. */
  list(): Promise<readonly Credential[]>
}

/** Credentials in memory: for tests. */
export class MemoryCredentials implements Credentials {
  readonly #entries = new Map<string, Credential>()

  async get(user: string): Promise<Credential | undefined> {
    return this.#entries.get(user)
  }

  async set(credential: Credential): Promise<void> {
    this.#entries.set(credential.user, { ...credential })
  }

  async demandChanges(): Promise<void> {}

  async remove(user: string): Promise<boolean> {
    return this.#entries.delete(user)
  }

  async list(): Promise<readonly Credential[]> {
    return [...this.#entries.values()].sort((a, b) => (a.user < b.user ? -1 : 1))
  }
}
