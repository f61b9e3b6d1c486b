import type { DraftChange } from './configuration-draft.ts'
import { readCsv, writeCsv } from './csv.ts'

/** More at once is more than one version may hold. */
const ROWS_MAX = 1_000

/** The columns of a list of users, as they are called in its first line; `password` is only ever read. */
const COLUMNS = [
  'name',
  'displayName',
  'extension',
  'role',
  'initialStatus',
  'disabled',
  'groups',
  'skills',
  'wishes',
] as const
type Column = (typeof COLUMNS)[number]

type User = Readonly<Record<string, unknown>>

/** What is wrong with a list, and in which line; the words are `csv.<fault>` of the catalogue. */
export interface CsvFault {
  readonly line: number
  readonly fault: 'noName' | 'twice' | 'unknownColumn' | 'noNumber' | 'tooMany' | 'noRows'
  readonly what: string
}

/** What a list comes to: changes for the draft, and passwords, which stand in no draft. */
export interface ReadUsers {
  readonly changes: readonly DraftChange[]
  readonly passwords: ReadonlyMap<string, string>
  readonly faults: readonly CsvFault[]
}

/** All users as a list for a spreadsheet; what it has no column for stays with the user when the list is read again. */
export function usersToCsv(users: Readonly<Record<string, User>>): string {
  const rows = Object.entries(users).map(([name, user]) => COLUMNS.map((column) => textOf(column, { ...user, name })))
  return writeCsv([COLUMNS, ...rows])
}

function textOf(column: Column, user: User): string {
  const value = user[column]
  if (value === undefined) return ''
  if (column === 'groups') return (value as readonly string[]).join(' ')
  if (column === 'skills' || column === 'wishes') {
    return Object.entries(value as Readonly<Record<string, number>>)
      .map(([skill, level]) => `${skill}=${level}`)
      .join(' ')
  }
  return column === 'disabled' ? (value ? 'yes' : '') : String(value)
}

/** A list of users, laid over those there are: a column that the list does not have, and users whom it does not name, stay as they are. */
export function usersFromCsv(text: string, users: Readonly<Record<string, User>>): ReadUsers {
  const [head, ...rows] = readCsv(text)
  const columns = head?.cells.map((cell) => cell.trim()) ?? []
  const faults: CsvFault[] = columns
    .filter((column) => column !== 'password' && !COLUMNS.some((known) => known === column))
    .map((what) => ({ line: 1, fault: 'unknownColumn', what }))
  if (rows.length === 0) faults.push({ line: 1, fault: 'noRows', what: '' })
  if (rows.length > ROWS_MAX) faults.push({ line: ROWS_MAX + 2, fault: 'tooMany', what: String(ROWS_MAX) })
  const changes: DraftChange[] = []
  const passwords = new Map<string, string>()
  const seen = new Set<string>()
  for (const { line, cells } of rows.slice(0, ROWS_MAX)) {
    const told = new Map(columns.map((column, index) => [column, cells[index]?.trim() ?? '']))
    const name = told.get('name') ?? ''
    if (name === '') faults.push({ line, fault: 'noName', what: '' })
    else if (seen.has(name)) faults.push({ line, fault: 'twice', what: name })
    else {
      seen.add(name)
      const before = Object.hasOwn(users, name) ? users[name] : undefined
      const value = userOf(told, before, (what) => faults.push({ line, fault: 'noNumber', what }))
      if (JSON.stringify(value) !== JSON.stringify(before))
        changes.push({ kind: 'user', name, value: { ...value, name } })
      const password = told.get('password') ?? ''
      if (password !== '') passwords.set(name, password)
    }
  }
  return { changes, passwords, faults }
}

/** A new user is an agent who is not ready, unless the list says otherwise. */
const NEW: User = { displayName: '', extension: '', role: 'agent', skills: {}, initialStatus: 'not-ready' }

function userOf(told: ReadonlyMap<string, string>, before: User | undefined, fail: (what: string) => void): User {
  const value: Record<string, unknown> = { ...(before ?? NEW) }
  for (const column of COLUMNS) {
    const text = told.get(column)
    if (column === 'name' || text === undefined) continue
    const read = cellValue(column, text, fail)
    if (read === undefined) delete value[column]
    else if (read !== KEPT) value[column] = read
  }
  if (value['displayName'] === '') value['displayName'] = told.get('name')
  return value
}

/** An empty cell of what every user must have says nothing. */
const KEPT = Symbol('kept')

function cellValue(column: Column, text: string, fail: (what: string) => void): unknown {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  switch (column) {
    case 'groups':
      return words.length === 0 ? undefined : words
    case 'wishes':
      return words.length === 0 ? undefined : levelsOf(words, fail)
    case 'skills':
      return levelsOf(words, fail)
    case 'disabled':
      return /^(yes|true|1|ja)$/i.test(text) ? true : undefined
    default:
      return text === '' ? KEPT : text
  }
}

function levelsOf(words: readonly string[], fail: (what: string) => void): Readonly<Record<string, number>> {
  return Object.fromEntries(
    words.map((word) => {
      const [skill = '', level = ''] = word.split('=')
      if (!/^\d{1,3}$/.test(level)) fail(word)
      return [skill, Number(level)]
    }),
  )
}
