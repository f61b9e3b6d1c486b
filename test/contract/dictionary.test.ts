import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { DICTIONARY, EXTRACTS, JOURNAL_MIGRATIONS, OWN_TABLES } from '#engines/journal'
import { DatabaseWatch } from '#seams/store'
import { type TestDatabase, testDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ lists: [JOURNAL_MIGRATIONS] })
})
afterAll(() => database.close())

const byName = (one: string, other: string): number => (one < other ? -1 : 1)

describe('the data dictionary', () => {
  it('has every table and every column that there is, and no other (RPT-09)', async () => {
    const { rows } = await database.store.pool.query<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns where table_schema = 'tandem'`,
    )
    const there = Map.groupBy(rows, ({ table }) => table)
    expect([...DICTIONARY.map(({ name }) => name), ...Object.keys(OWN_TABLES)].sort(byName)).toEqual(
      [...there.keys()].sort(byName),
    )
    for (const { name, what, columns } of DICTIONARY) {
      const own = there.get(name)?.map(({ column }) => column) ?? []
      expect(Object.keys(columns).sort(byName), name).toEqual(own.sort(byName))
      expect([what, ...Object.values(columns)].filter((words) => words === '')).toEqual([])
    }
  })

  it('names the columns of extracts alike', () => {
    const known = new Set(DICTIONARY.flatMap(({ columns }) => Object.keys(columns)))
    // Parts of what stands in one column in the database.
    const parts = ['status', 'reason', 'action', 'value']
    for (const { name, columns } of EXTRACTS) {
      expect(
        columns.filter((column) => !known.has(column) && !parts.includes(column)),
        name,
      ).toEqual([])
    }
  })
})

describe('the state of a real database', () => {
  it('is its address, and that nobody copies it', async () => {
    const { host, port } = new URL(database.url)
    const state = await new DatabaseWatch(database.store, systemClock).state()
    expect(state).toEqual({ host, place: 1, hosts: 1, copies: [] })
    expect(host).toContain(port)
  })
})
