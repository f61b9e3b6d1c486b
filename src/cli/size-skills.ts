import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { staffBySimulation } from '#roles'
import { SIZE_ERRORS, type SizeTopic } from './size-words.ts'

const skills = z.record(z.string().min(1).max(64), z.number().int().min(1).max(100))

/** More would be played for hours. */
const QUEUES_MAX = 20
const GROUPS_MAX = 10

const fileSchema = z.strictObject({
  queues: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
        callsPerHour: z.number().positive().max(10_000),
        talkSeconds: z.number().min(1).max(86_400),
        wrapUpSeconds: z.number().min(0).max(3_600).default(0),
        patienceSeconds: z.number().min(1).max(86_400).optional(),
        priority: z.number().int().min(0).max(100).default(50),
        skills,
        percent: z.number().min(1).max(99.9).default(80),
        withinSeconds: z.number().min(1).max(86_400).default(20),
      }),
    )
    .min(1)
    .max(QUEUES_MAX),
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        skills,
        least: z.number().int().min(0).max(500).default(0),
        most: z.number().int().min(1).max(500).default(100),
      }),
    )
    .min(1)
    .max(GROUPS_MAX),
})

/** How many people of each set of skills, where they serve several queues. */
export const skillsTopic: SizeTopic = {
  summary: 'agents by their skills, where they serve several queues (played with the live router; a minute or so)',
  options: {
    file: {
      meaning:
        'JSON: {"queues": [{"name", "callsPerHour", "talkSeconds", "patienceSeconds", "skills", "percent", "withinSeconds"}], "groups": [{"name", "skills", "least", "most"}]}',
      text: true,
    },
  },
  calculate(words) {
    const { queues, groups } = readQuestion(words.text('file'))
    const { counts, levels, tried } = staffBySimulation({
      groups,
      queues: queues.map((queue) => ({
        name: queue.name,
        callsPerHour: queue.callsPerHour,
        talkMs: queue.talkSeconds * 1000,
        ...(queue.patienceSeconds === undefined ? undefined : { patienceMs: queue.patienceSeconds * 1000 }),
        settings: { skills: queue.skills, priority: queue.priority, wrapUpMs: queue.wrapUpSeconds * 1000 },
        target: { percent: queue.percent, withinMs: queue.withinSeconds * 1000 },
      })),
    })
    return {
      lines: [
        ...Object.entries(counts).map(([name, count]) => `group ${name.padEnd(20)} ${String(count).padStart(4)}`),
        ...Object.entries(levels).map(
          ([name, level]) => `queue ${name.padEnd(20)} ${level.toFixed(1).padStart(6)} % in time`,
        ),
        `${tried} mixes played`,
      ],
      figures: { counts, levels, tried },
    }
  },
}

function readQuestion(file: string): z.infer<typeof fileSchema> {
  let text: unknown
  try {
    text = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw SIZE_ERRORS['size.file']({ file, problem: cause instanceof Error ? cause.message : cause }, cause)
  }
  const parsed = fileSchema.safeParse(text)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw SIZE_ERRORS['size.file']({ file, problem: `${issue?.path.join('.')}: ${issue?.message}` })
}
