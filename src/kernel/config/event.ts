import type { ConfigurationChange } from './configuration.ts'

/** What an accepted change is in the log. */
export type ConfigurationChanged = {
  readonly type: 'ConfigurationChanged'
  readonly version: number
  readonly by: string
  readonly changes: readonly ConfigurationChange[]
  /** The address that the author asked from. */
  readonly from?: string
  /** Why, in the author's words. */
  readonly note?: string
}

/** What happens to the configuration, and to those who are in it as its users. */
export type ConfigurationEvent =
  | ConfigurationChanged
  /** All log-ins of the user up to now are over, on every core (SEC-05). */
  | { readonly type: 'SessionsEnded'; readonly user: string; readonly by: string }
