/** Something that happened, or a stretch of time, as the naive reader of the log sees it. */
export interface Seen {
  readonly what: string
  readonly detail?: string | undefined
  readonly from: number
  readonly to: number
  readonly isStretch: boolean
  readonly queue?: string | undefined
  readonly skills?: readonly string[] | undefined
  readonly line?: string | undefined
  readonly agent?: string | undefined
}

/** A contact, as far as it has been read. */
export interface Call {
  readonly id: string
  readonly direction: string
  readonly to: string
  readonly medium: string
  readonly line: string | undefined
  readonly live: Set<string>
  readonly users: Map<string, string>
  stay: { queue: string; enteredAt: number; startedAt: number; skills: string[] } | undefined
  stayEndedAt: number | undefined
  heldSince: number | undefined
  reached: boolean
  lineSince: number | undefined
  readonly attempts: Set<number>
}

/** What somebody does for a contact. */
export interface Job {
  readonly user: string
  call: string
  readonly participant: string
  readonly queue: string | undefined
  readonly skills: string[]
  readonly parts: {
    readonly doing: 'ring' | 'talk' | 'wrap-up'
    readonly from: number
    readonly line: string | undefined
  }[]
  readonly holds: { readonly from: number; readonly to: number }[]
}
