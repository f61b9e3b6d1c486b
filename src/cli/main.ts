/** The command line: finds the command, prints its help or one sentence of what went wrong, and sets the exit code. */
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { isTandemError } from '#base'
import type { Command } from './command.ts'

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  status: async () => (await import('./status.ts')).status,
  drill: async () => (await import('./drill.ts')).drill,
  switchover: async () => (await import('./switchover.ts')).switchover,
  takeover: async () => (await import('./takeover.ts')).takeover,
  drain: async () => (await import('./drain.ts')).drain,
  parameter: async () => (await import('./parameter.ts')).parameter,
  config: async () => (await import('./config.ts')).config,
  doctor: async () => (await import('./doctor.ts')).doctor,
  'what-if': async () => (await import('./what-if.ts')).whatIf,
  size: async () => (await import('./size.ts')).size,
}

async function help(): Promise<number> {
  console.log(
    'tandem: a contact centre that keeps answering when its servers fail\n\nUsage: tandem COMMAND [options]\n',
  )
  for (const [name, load] of Object.entries(commands)) console.log(`  ${name.padEnd(10)} ${(await load()).summary}`)
  console.log('\n`tandem COMMAND --help` tells more of each.')
  return 0
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}

async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...args] = words
  if (name === 'help' || name === '--help' || name === '-h') return help()
  if (name === 'version' || name === '--version') {
    console.log(version())
    return 0
  }
  const load = commands[name]
  if (!load) {
    console.error(`tandem: there is no command ${name}; \`tandem help\` lists them`)
    return 2
  }
  const command = await load()
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help)
    return 0
  }
  return command.run(args)
}

// Compiled code is kept in the system's temporary folder: what is started again is there sooner.
enableCompileCache()
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (cause: unknown) => {
    if (isTandemError(cause)) console.error(`tandem: ${cause.message}`)
    else console.error('tandem: an unexpected error; please report it with these lines:\n', cause)
    process.exitCode = 1
    // What is still open (a database connection, a timer) must not keep a command alive that has failed.
    setTimeout(() => process.exit(1), 500).unref()
  },
)
