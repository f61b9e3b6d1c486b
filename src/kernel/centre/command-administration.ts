import type { ConfigurationChange } from '#kernel/config'

/** What administrators do to the configuration and to who is logged in. */
export type AdministrationCommand =
  /** `basedOn`: the version that the author saw; a change of the same object since then is refused with who and when. */
  | {
      readonly type: 'ChangeConfiguration'
      readonly by: string
      readonly basedOn: number
      readonly changes: readonly ConfigurationChange[]
      /** The address that the author asked from, and why. */
      readonly from?: string
      readonly note?: string
    }
  /** Everybody who is logged in as that user, wherever, must log in again: the password is another one. */
  | { readonly type: 'EndSessions'; readonly user: string; readonly by: string }
