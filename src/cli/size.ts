import type { Command } from './command.ts'
import { bandwidth, calls, media, servers, storage } from './size-installation.ts'
import { skillsTopic } from './size-skills.ts'
import { agents, trunks } from './size-staff.ts'
import { SIZE_ERRORS, type SizeOption, type SizeTopic, SizeWords } from './size-words.ts'

const TOPICS: Readonly<Record<string, SizeTopic>> = {
  agents,
  skills: skillsTopic,
  trunks,
  calls,
  servers,
  media,
  storage,
  bandwidth,
}

/** `tandem size`: the arithmetic of planning. Asks nothing of a running system. */
export const size: Command = {
  summary: 'calculate agents, trunks, servers, media points, disk and bandwidth',
  help: `Usage: tandem size WHAT [options] [--json]

${Object.entries(TOPICS)
  .map(([name, topic]) => topicHelp(name, topic))
  .join('\n\n')}

Times are seconds. --json prints one object, with times in milliseconds and shares as parts of one.
Example: tandem size agents --calls-per-hour 200 --handle 180 --service-level 80/20 --patience 90 --shrinkage 30`,
  run,
}

function topicHelp(name: string, { summary, options }: SizeTopic): string {
  const lines = Object.entries(options).map(([option, of]) => `    --${option.padEnd(18)} ${of.meaning}${standing(of)}`)
  return [`  ${name}: ${summary}`, ...lines].join('\n')
}

function standing({ fallback, optional }: SizeOption): string {
  if (fallback !== undefined) return ` (${fallback})`
  return optional ? '' : '; needed'
}

async function run(args: readonly string[]): Promise<number> {
  const [name, ...words] = args.filter((word) => word !== '--json')
  const known = Object.keys(TOPICS).join(', ')
  if (name === undefined) {
    console.error(`tandem: size what? There are ${known}; \`tandem size --help\` tells more`)
    return 2
  }
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined
  if (!topic) throw SIZE_ERRORS['size.unknown']({ word: name, known })
  const { lines, figures } = topic.calculate(new SizeWords(name, topic.options, words))
  if (args.includes('--json')) console.log(JSON.stringify(figures))
  else for (const line of lines) console.log(line)
  return 0
}
