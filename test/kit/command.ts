import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a command of the command line came to. */
export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `tandem WORDS…` as a user would, with these variables and none of this process's own settings. */
export function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  tree: string = ROOT,
): Promise<CommandResult> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))
  const child = spawn(process.execPath, [join(tree, 'bin/tandem.js'), ...words], {
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
