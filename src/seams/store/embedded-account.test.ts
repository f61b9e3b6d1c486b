import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { canEnter, chooseAccount, commandAs } from './embedded-account.ts'

const isRoot = process.getuid?.() === 0
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-account-'))
  return async () => {
    await rm(folder, { recursive: true, force: true })
  }
})

async function passwd(...lines: string[]): Promise<string> {
  const file = join(folder, 'passwd')
  await writeFile(file, `${['root:x:0:0::/root:/bin/sh', ...lines].join('\n')}\n`)
  return file
}

const POSTGRES = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash'
const NOBODY = 'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin'

describe.runIf(isRoot)('the account of PostgreSQL under root (only root can choose)', () => {
  it('is postgres where it exists, else nobody', async () => {
    expect(chooseAccount('/none', await passwd(NOBODY, POSTGRES))).toMatchObject({
      name: 'postgres',
      uid: 101,
      gid: 104,
    })
    expect(chooseAccount('/none', await passwd(NOBODY))).toEqual(nobody)
  })

  it('stays that of the cluster, whatever appears later', async () => {
    const cluster = join(folder, 'cluster')
    await mkdir(cluster)
    await chown(cluster, nobody.uid, nobody.gid)
    expect(chooseAccount(cluster, await passwd(POSTGRES, NOBODY))).toEqual(nobody)
  })

  it('is missed in one sentence', async () => {
    const file = await passwd()
    expect(() => chooseAccount('/none', file)).toThrow(/no account postgres or nobody/)
    expect(() => chooseAccount('/none', '/no/such/passwd')).toThrow('/no/such/passwd cannot be read')
  })

  it('gets a capability only where it may not enter otherwise', async () => {
    const inside = join(folder, 'inside')
    await mkdir(inside, { recursive: true })
    await chmod(folder, 0o700)
    expect(canEnter(inside, nobody)).toBe(false)
    const helped = commandAs(nobody, '/bin/true', ['x'], [inside])
    expect(helped).toMatchObject({ file: 'setpriv', options: {} })
    expect(helped.args).toContain('--ambient-caps=+dac_override')
    await chmod(folder, 0o711)
    expect(canEnter(inside, nobody)).toBe(true)
    const plain = { file: '/bin/true', args: ['x'], options: { uid: nobody.uid, gid: nobody.gid } }
    expect(commandAs(nobody, '/bin/true', ['x'], [inside])).toEqual(plain)
  })
})

describe('without an account', () => {
  it('a program simply runs as who we are', () => {
    expect(commandAs(undefined, '/bin/true', ['x'], ['/none'])).toEqual({ file: '/bin/true', args: ['x'], options: {} })
  })
})
