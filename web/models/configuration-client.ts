import type { Checked, Kinds, ObjectDifference, Version } from '#api/contract'
import type { ApiClient } from './api-client.ts'
import type { ConfigurationData, DraftChange } from './configuration-draft.ts'

/** What is published, and what can be. */
export interface Published {
  readonly version: number
  readonly data: ConfigurationData
  readonly kinds: Kinds['kinds']
}

/** What shall be looked at or published: changes, an exported file, or a version to go back to. */
export type Proposal =
  | { readonly changes: readonly DraftChange[]; readonly basedOn?: number }
  | { readonly document: unknown }
  | { readonly version: number }

/** Which versions to list: those older than `before`, of one author, of one kind or object. */
export interface VersionFilter {
  readonly before?: number | undefined
  readonly by?: string | undefined
  readonly kind?: string | undefined
  readonly name?: string | undefined
}

/** Asks for the configuration and publishes it. */
export class ConfigurationClient {
  readonly #api: ApiClient

  constructor(api: ApiClient) {
    this.#api = api
  }

  async published(): Promise<Published> {
    // The version first: what changes while the rest is read is seen as a newer version afterwards.
    const version = await this.version()
    const [{ kinds }, data] = await Promise.all([this.#api.read<Kinds>('/configuration/kinds'), this.document()])
    return { version, data, kinds }
  }

  async version(): Promise<number> {
    return (await this.#api.read<{ version: number }>('/configuration/parameters')).version
  }

  document(): Promise<ConfigurationData> {
    return this.#api.read('/configuration/document')
  }

  check(proposal: Proposal): Promise<Checked> {
    return this.#api.send('POST', '/configuration/check', proposal)
  }

  async publish(changes: readonly DraftChange[], basedOn: number, note: string): Promise<number> {
    const body = { changes, basedOn, note }
    return (await this.#api.send<{ version: number }>('POST', '/configuration/publish', body)).version
  }

  async versions(filter: VersionFilter = {}): Promise<readonly Version[]> {
    const told = Object.entries(filter).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    )
    const path = `/configuration/versions?${new URLSearchParams(told)}`
    return (await this.#api.read<{ items: readonly Version[] }>(path)).items
  }

  async differencesIn(version: number): Promise<readonly ObjectDifference[]> {
    const path = `/configuration/versions/${version}/differences`
    return (await this.#api.read<{ differences: readonly ObjectDifference[] }>(path)).differences
  }

  /** Gives a user a new password; nothing else of the user changes. */
  setPassword(user: string, value: Readonly<Record<string, unknown>>, password: string, basedOn: number) {
    return this.#api.send('PUT', `/users/${encodeURIComponent(user)}`, { ...value, password, basedOn })
  }
}
