import { describe, expect, it } from 'vitest'
import { checkAvailability } from './doctor-availability.ts'

const OWN = ['localhost', '127.0.0.1', '10.0.0.1', 'fd00::1']
const PASSWORD = 'no-one:may%40read'

const lines = (postgresUrl?: string, redisUrl?: string) =>
  checkAvailability({ postgresUrl, redisUrl }, OWN).map(({ result, what, found }) => `${result} ${what}: ${found}`)

describe('what the loss of one machine would take with it (DR-21, MSU-16)', () => {
  it('is everything where the database is inside: no availability is claimed for that (DR-21)', () => {
    expect(lines()).toEqual([expect.stringMatching(/^warn availability: this machine alone, .* is gone with it/)])
  })

  it('is not much where stores have a second server elsewhere', () => {
    const found = lines(
      `postgres://${PASSWORD}@h1:5432,h2/tandem?sslmode=verify-full`,
      'redis+sentinel://:x@s1,s2,s3/tandem',
    )
    expect(found).toEqual(['ok database: 2 hosts are named', 'ok Redis: 3 hosts are named'])
    expect(found.join()).not.toContain('may')
  })

  it('is told for a store without a second server, and for none (DR-21)', () => {
    const found = lines('postgres://tandem@h1/tandem')
    expect(found).toEqual([
      expect.stringMatching(/^warn database: one server is named: name its standby/),
      expect.stringMatching(/^warn Redis: none/),
    ])
    expect(lines('postgres://h1,h2/tandem', 'redis://h3')[1]).toMatch(/^warn Redis: one server/)
  })

  it.each(['10.0.0.1', 'localhost:5432', '[fd00::1]:5432'])(
    'is told for a store that stands on this machine: %s (MSU-16)',
    (host) => {
      expect(lines(`postgres://tandem:x@${host},h2/tandem`, 'redis+sentinel://s1,s2/m')).toContainEqual(
        expect.stringMatching(/^warn database: \S+ is this machine: its loss takes a store/),
      )
    },
  )
})
