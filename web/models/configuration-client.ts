import type {
  Checked,
  InteractionDetail,
  Kinds,
  ObjectDifference,
  PromptView,
  Session,
  TakenSoundView,
  Version,
} from '#api/contract'
import { SOUND_NUMBER } from '#kernel/flow'
import type { ApiClient } from './api-client.ts'
import type { ConfigurationData, DraftChange } from './configuration-draft.ts'

/** What is published, and what can be. */
export interface Published {
  readonly version: number
  readonly data: ConfigurationData
  readonly kinds: Kinds['kinds']
  /** All that can be played to callers. */
  readonly prompts: readonly PromptView[]
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

/** At 20 ms each, two at a time, some seconds. */
const PASSWORDS_AT_ONCE = 200

/** Asks for the configuration and publishes it. */
export class ConfigurationClient {
  readonly #api: ApiClient

  constructor(api: ApiClient) {
    this.#api = api
  }

  async published(): Promise<Published> {
    // The version first: what changes while the rest is read is seen as a newer version afterwards.
    const version = await this.version()
    const [{ kinds }, data, prompts] = await Promise.all([
      this.#api.read<Kinds>('/configuration/kinds'),
      this.document(),
      this.#api.read<{ items: readonly PromptView[] }>('/prompts'),
    ])
    return { version, data, kinds, prompts: prompts.items }
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

  /** A sound that a prompt has, or shall have. */
  soundOf(sound: string): Promise<ArrayBuffer> {
    return this.#api.bytes(`/sounds/${encodeURIComponent(sound)}/audio`)
  }

  /** What the release brings under this name. */
  builtInSound(name: string): Promise<ArrayBuffer> {
    return this.#api.bytes(`/prompts/${encodeURIComponent(name)}/audio?builtIn=true`)
  }

  /** Uploads a WAV file; a prompt of the draft can have it from then on. */
  takeSound(file: Blob): Promise<TakenSoundView> {
    return this.#api.upload('/sounds', file)
  }

  /** Rings the own phone, and records what is said there after a tone; `id` is the call's, made by the page. */
  async callToRecord(id: string): Promise<void> {
    await this.#api.send('POST', '/interactions', { type: 'call', to: SOUND_NUMBER, id })
  }

  /** How that call is, and what was recorded in it. */
  call(id: string): Promise<Pick<InteractionDetail, 'state' | 'recordings'>> {
    return this.#api.interaction(id)
  }

  /** Makes a sound of a recording, as soon as that is stored. */
  takeRecorded(recording: string): Promise<TakenSoundView> {
    return this.#api.send('POST', '/sounds/recorded', { recording })
  }

  /** What would give something another name wherever it is named; nothing is changed yet. */
  renamed(target: string, from: string, to: string): Promise<Checked> {
    return this.#api.send('POST', '/configuration/rename', { target, from, to })
  }

  /** Gives a user a new password; nothing else of the user changes. Of the own user: with the session that goes on, as those of before are over. */
  setPassword(user: string, password: string): Promise<{ readonly session?: Session }> {
    return this.#api.send('POST', `/users/${encodeURIComponent(user)}/password`, { password })
  }

  /** Gives many published users their passwords, in pieces that the server hashes within seconds. */
  async setPasswords(passwords: ReadonlyMap<string, string>): Promise<void> {
    const published = (await this.document())['users'] ?? {}
    const basedOn = await this.version()
    const users = [...passwords].flatMap(([name, password]) => {
      const user = published[name]
      return user ? [{ ...user, name, password }] : []
    })
    for (let from = 0; from < users.length; from += PASSWORDS_AT_ONCE) {
      await this.#api.send('POST', '/users/bulk', { users: users.slice(from, from + PASSWORDS_AT_ONCE), basedOn })
    }
  }
}
