import { describe, expect, it } from 'vitest'
import { readCsv, writeCsv } from './csv.ts'
import { usersFromCsv, usersToCsv } from './users-csv.ts'

const ada = {
  displayName: 'Ada "the first", L.',
  extension: '2001',
  role: 'agent',
  skills: { german: 50, sales: 10 },
  initialStatus: 'ready',
  groups: ['inside', 'night'],
  mixes: [{ chat: 2 }],
}
const bob = { displayName: '=Bob', extension: '2002', role: 'supervisor', skills: {}, initialStatus: 'not-ready' }

describe('tables as text', () => {
  it('come back as they were, with quotes, separators and line ends in them', () => {
    const rows = [
      ['a', 'b;c', 'd,e'],
      ['say "yes"', 'two\r\nlines', ''],
    ]
    expect(readCsv(writeCsv(rows)).map(({ cells }) => cells)).toEqual(rows)
  })

  it('are read with semicolons, a byte order mark and empty lines too, and know their lines', () => {
    expect(readCsv('\uFEFFname;x\n\n"a\nb";1\nc;2')).toEqual([
      { line: 1, cells: ['name', 'x'] },
      { line: 3, cells: ['a\nb', '1'] },
      { line: 5, cells: ['c', '2'] },
    ])
  })

  it('hold no formulas', () => {
    expect(writeCsv([['=1+1', '-x', 'plain']])).toBe("'=1+1,'-x,plain\r\n")
    expect(readCsv("'=1+1,'-x,plain")[0]?.cells).toEqual(['=1+1', '-x', 'plain'])
  })
})

describe('users as a table', () => {
  it('change nothing when read again as they were written, whatever has no column', () => {
    expect(usersFromCsv(usersToCsv({ ada, bob }), { ada, bob })).toEqual({
      ...{ changes: [], passwords: new Map(), faults: [] },
    })
  })

  it('make new users, change others, and leave alone whom and what they do not name', () => {
    const text = 'name,extension,skills,disabled,password\nada,2009,german=60,yes,\ncarl,2003,,,Correct horse'
    const { changes, passwords, faults } = usersFromCsv(text, { ada, bob })
    expect(faults).toEqual([])
    expect(changes).toEqual([
      {
        ...{ kind: 'user', name: 'ada' },
        value: { ...ada, name: 'ada', extension: '2009', skills: { german: 60 }, disabled: true },
      },
      {
        ...{ kind: 'user', name: 'carl' },
        value: {
          ...{ name: 'carl', displayName: 'carl', extension: '2003' },
          ...{ role: 'agent', skills: {}, initialStatus: 'not-ready' },
        },
      },
    ])
    expect([...passwords]).toEqual([['carl', 'Correct horse']])
    expect(JSON.stringify(changes)).not.toContain('Correct horse')
  })

  it.each([
    ['name,nonsense\na,1', { line: 1, fault: 'unknownColumn', what: 'nonsense' }],
    ['name,role\n,agent', { line: 2, fault: 'noName', what: '' }],
    ['name\na\nb\na', { line: 4, fault: 'twice', what: 'a' }],
    ['name,skills\na,german', { line: 2, fault: 'noNumber', what: 'german' }],
    ['name', { line: 1, fault: 'noRows', what: '' }],
    ['', { line: 1, fault: 'noRows', what: '' }],
    [
      `name\n${Array.from({ length: 1_001 }, (_, i) => `u${i}`).join('\n')}`,
      { line: 1_002, fault: 'tooMany', what: '1000' },
    ],
    ['name\nconstructor', undefined],
  ])('say what is wrong, and where: %#', (text, fault) => {
    expect(usersFromCsv(text, {}).faults).toEqual(fault ? [fault] : [])
  })
})
