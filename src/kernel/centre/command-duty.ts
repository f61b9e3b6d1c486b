/** What agents choose for themselves, or somebody for them, and whether they can be reached. */
export type DutyCommand =
  /** A phone of the user is registered, or none any more. */
  | { readonly type: 'SetReachable'; readonly user: string; readonly reachable: boolean }
  | {
      readonly type: 'ChooseStatus'
      readonly user: string
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
    }
  /** Where an agent is rung until it logs off: at a telephone number outside (TEL-18), or at its own phone when none is named; or nowhere, and gets no calls. */
  | {
      readonly type: 'ChooseStation'
      readonly user: string
      readonly number?: string
      readonly phoneless?: boolean
    }
  /** What colleagues read beside the user's status from now on (AGS-05); nothing when no note is given. */
  | { readonly type: 'NotePresence'; readonly user: string; readonly note?: string; readonly by: string }
  /** An agent takes work of a queue from now on, or no more (ACD-11). */
  | { readonly type: 'ActivateQueue'; readonly user: string; readonly queue: string; readonly active: boolean }
