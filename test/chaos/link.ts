/** A connection between two parts of an installation, by the TCP port that one of them listens on. */
export interface Link {
  readonly name: string
  readonly ports: readonly number[]
}

/** Which packets of a link a cut takes: those to the listening side, those from it, or both. */
export type Direction = 'both' | 'towards' | 'from'
