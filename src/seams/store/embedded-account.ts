import { type SpawnOptions, spawnSync } from 'node:child_process'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { STORE_ERRORS } from './errors.ts'

/** The account that PostgreSQL's processes run as when Tandem itself runs as root. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** A program with its arguments and whose rights it runs with. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly options: Pick<SpawnOptions, 'uid' | 'gid'>
}

/** Accounts that may own a cluster, best first. None is made: Tandem does not change the machine that it runs on. */
const CANDIDATES = ['postgres', 'nobody'] as const

/**
 * The account for the cluster, or undefined when Tandem does not run as root and simply uses its own. A cluster that exists
 * keeps its owner, whatever accounts have appeared since. Fails with `store.account`.
 */
export function chooseAccount(cluster: string, passwd = '/etc/passwd'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readAccounts(passwd)
  const owner = ownerOf(cluster)
  const kept = owner ? accounts.find((account) => account.uid === owner) : undefined
  const found = kept ?? CANDIDATES.map((name) => accounts.find((a) => a.name === name)).find((a) => a !== undefined)
  if (found && found.uid !== 0) return found
  throw STORE_ERRORS['store.account']({ reason: 'start Tandem as an ordinary user, or add one of them' })
}

/**
 * How to run a program as that account. Where a path lies inside a folder that the account may not enter (a clone under
 * /root, say), the process is given the one capability to pass by such folders, with the system's `setpriv`.
 */
export function commandAs(
  account: Account | undefined,
  file: string,
  args: readonly string[],
  paths: readonly string[],
): Command {
  if (!account) return { file, args, options: {} }
  const { uid, gid } = account
  const closed = [file, ...paths].find((path) => !canEnter(path, account))
  if (!closed) return { file, args, options: { uid, gid } }
  if (spawnSync('setpriv', ['--version'], { stdio: 'ignore' }).status !== 0) {
    const reason = `the account ${account.name}, which PostgreSQL runs as, may not enter it`
    throw STORE_ERRORS['store.folder']({ folder: closed, reason })
  }
  const rights = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  return { file: 'setpriv', args: [...rights, ...capability, '--', file, ...args], options: {} }
}

/** Whether the account may pass every folder on the way to the path, and the path itself. */
export function canEnter(path: string, account: Account): boolean {
  const real = realpathSync(path)
  for (let at = real; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at)
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
    if (((mode >> shift) & 1) === 0) return false
    if (at === dirname(at)) return true
  }
}

function readAccounts(passwd: string): Account[] {
  try {
    const lines = readFileSync(passwd, 'utf8').split('\n')
    return lines
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
  } catch (error) {
    throw STORE_ERRORS['store.account']({ reason: `${passwd} cannot be read` }, error)
  }
}

function ownerOf(cluster: string): number | undefined {
  return statSync(cluster, { throwIfNoEntry: false })?.uid
}
