import type { Millis } from '#base'

/** What a member does. */
export type MemberRole = 'core' | 'edge' | 'media' | 'archive'

/** One process of the pool, as it announces itself: where the others find it. */
export interface Member {
  /** Unique in the pool and the same in its next life: `node1-edge`. */
  readonly name: string
  /** The machine that it runs on. */
  readonly node: string
  readonly role: MemberRole
  /** Which machine it is, whatever it is named: a random word of its data folder. */
  readonly machine?: string
  /** Names this life of it: another value after each start. */
  readonly life: string
  /** Where edge and media listen for cores. */
  readonly control?: { readonly host: string; readonly port: number }
  /** Where a core answers the other cores' requests. */
  readonly http?: string
  /** Where a core listens for the other cores. */
  readonly link?: { readonly host: string; readonly port: number }
  /** Which formats of the log a core reads. */
  readonly reads?: { readonly oldest: number; readonly newest: number }
  /** The address that browsers are told. */
  readonly pages?: string
  /** Of a core: how what its machine lends all of its processes is, as it was told last. */
  readonly health?: readonly {
    readonly name: string
    readonly healthy: boolean
    readonly detail?: string | undefined
  }[]
  /** Of a core that is primary: its term. */
  readonly term?: number
  readonly release: string
  readonly startedAt: Millis
}

/** A member and its pulse. */
export interface MemberRow extends Member {
  /** Moves whenever the member says that it lives. */
  readonly beat: number
}

/** The members of a pool. Everything may fail with `members.unreachable`; nobody forgets what it knows because of that. */
export interface Members {
  /** Says where these are and that they live. Only a change wakes the others. */
  announce(members: readonly Member[]): Promise<void>
  /** Removes those that have been silent for so long (0: at once); returns how many. */
  withdraw(names: readonly string[], silentMs: Millis): Promise<number>
  list(): Promise<readonly MemberRow[]>
  /** Calls soon after a member came, changed or went. */
  watch(wake: () => void): () => void
}

/** More than three roles of 50 machines each; beyond it something announces without end. */
export const MEMBERS_MAX = 500
