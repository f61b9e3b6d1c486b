import { createLogger, systemClock } from '#base'
import { optionOf, readSettings, SETTING_NAMES, type Settings, Supervisor, variableOf } from '#roles'
import { buildWeb } from './build-web.ts'
import type { Command } from './command.ts'

/** `tandem start`: runs every role on this machine in the foreground until it is told to stop. */
export const start: Command = {
  summary: 'start every role on this machine and stay in the foreground',
  help: `Usage: tandem start [options]

Starts edge, core, media and archive with an embedded PostgreSQL on this machine, starts again
what dies, and stops all of it in order on Ctrl-C. A second start goes on with the same data.

Options, each also a variable and a key in tandem.json (--config FILE names another file):
${SETTING_NAMES.map((name) => `  ${optionOf(name).padEnd(16)} ${variableOf(name)}`).join('\n')}

  --demo           fill an empty data folder with the demo centre (well-known passwords; loopback only)
Without --demo an empty data folder needs TANDEM_ADMIN_PASSWORD for its administrator \`admin\`.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  const settings = readSettings(args, process.env, process.cwd())
  await buildWeb((line) => console.log(line))
  const supervisor = new Supervisor({
    settings,
    clock: systemClock,
    logger: createLogger('supervisor', settings.logLevel),
    progress: (line) => console.log(line),
    administratorPassword: process.env['TANDEM_ADMIN_PASSWORD'],
  })
  const stopped = stopSignal()
  const outcome = await Promise.race([supervisor.start().then(() => 'started' as const), stopped])
  if (outcome === 'started') {
    console.log(welcome(settings, supervisor.demo))
    console.log(`ready in ${Math.round(performance.now() - startedAt)} ms`)
    await stopped
  }
  console.log('\nstopping …')
  await supervisor.close()
  console.log('stopped; the data are kept in', settings.data)
  return 0
}

/** Resolves at the first signal to stop. A terminal sends Ctrl-C to npm and to us, so further ones are not taken as haste. */
function stopSignal(): Promise<'stopped'> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve('stopped'))
  })
}

function welcome(settings: Settings, demo: boolean): string {
  const { listen: host, httpPort, sipPort } = settings
  const lines = ['', `  Pages and API   http://${host}:${httpPort}/`, `  SIP (UDP, TCP)  sip:NUMBER@${host}:${sipPort}`]
  if (demo) {
    lines.push(
      '',
      '  Numbers   1000  greeting and menu (1 sales, 2 support, 3 callback, 4 voicemail, 0 attendant)',
      '            1001  queue support      1002  queue sales      1009  echo',
      '            1010  music              1011  record until #, then hear it',
      '            2001-2200  the agents themselves',
      '',
      '  Users     agent1 … agent200 (phones 2001 … 2200), supervisor (3001), attendant (3002), admin (3003)',
      '            the password of each is demo- and its name: demo-agent1; a phone registers with its number and the same password',
    )
  }
  lines.push(
    '',
    `  Data      ${settings.data}   (Ctrl-C stops everything; a second start goes on where this one ended)`,
    '',
  )
  return lines.join('\n')
}
