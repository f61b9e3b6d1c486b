import type { Millis } from '#base'

/** What agents choose for themselves, or somebody for them, and whether they can be reached. */
export type DutyEvent =
  | {
      readonly type: 'StatusChosen'
      readonly user: string
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
      /** Where the agent's load begins, when it comes on duty: at the least of those who are. */
      readonly load?: Millis
    }
  | { readonly type: 'ReachableChanged'; readonly user: string; readonly reachable: boolean; readonly load?: Millis }
  /** Where the agent is rung from now on: at a telephone number outside, at its own phone again, or nowhere: then it gets no calls. */
  | {
      readonly type: 'StationChosen'
      readonly user: string
      readonly number?: string
      readonly phoneless?: true
      readonly load?: Millis
    }
  /** What colleagues read beside the user's status from now on; nothing when there is no note. */
  | { readonly type: 'PresenceNoted'; readonly user: string; readonly by: string; readonly note?: string }
  /** The agent takes work of the queue from now on, or no more (ACD-11). */
  | { readonly type: 'QueueActivated'; readonly user: string; readonly queue: string; readonly active: boolean }
  | { readonly type: 'RonaEnded'; readonly user: string }
