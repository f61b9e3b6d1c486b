import { type Kysely, sql } from 'kysely'
import { reached } from './credentials-postgres.ts'
import type { SeatPeak, SeatPeaks } from './seat-peaks.ts'

interface SeatPeakTable {
  day: string
  feature: string
  peak: number
  seats: number | null
  at: number
}

interface Tables {
  'tandem.seat_peak': SeatPeakTable
}

/** The daily peaks of seats in the database. */
export class PostgresSeatPeaks implements SeatPeaks {
  readonly #db: Kysely<Tables>

  constructor(store: { tables<T>(): Kysely<T> }) {
    this.#db = store.tables<Tables>()
  }

  raise({ day, feature, peak, seats, at }: SeatPeak): Promise<void> {
    const row = { peak, seats: seats ?? null, at }
    return reached(async () => {
      const insert = this.#db.insertInto('tandem.seat_peak').values({ day, feature, ...row })
      const higher = sql<boolean>`seat_peak.peak < excluded.peak`
      await insert
        .onConflict((conflict) => conflict.columns(['day', 'feature']).doUpdateSet(row).where(higher))
        .execute()
    })
  }

  list(from: string, to: string): Promise<readonly SeatPeak[]> {
    return reached(async () => {
      const select = this.#db.selectFrom('tandem.seat_peak').selectAll().where('day', '>=', from).where('day', '<=', to)
      const rows = await select.orderBy('day').orderBy('feature').execute()
      return rows.map(({ seats, at, ...row }) => ({ ...row, at: Number(at), ...(seats === null ? {} : { seats }) }))
    })
  }
}
