import { z } from 'zod'
import { PromptsSchema, type PromptView, RecordedSoundSchema, SOUND_FILE_BYTES_MAX, SoundSchema } from '#api/contract'
import { BUILT_IN_PROMPTS, type Configuration, type Prompt, usesOf } from '#kernel/config'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand, requirePrimary } from './who.ts'

const SoundParams = z.object({ sound: z.string().regex(/^[0-9a-f]{64}$/, 'no such sound is possible') })
const PromptParams = z.object({ name: z.string().min(1).max(100) })
const PromptQuery = z.strictObject({
  builtIn: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: the one that the release brings, whatever it was given'),
})

/** How sound files call themselves, beside `application/octet-stream`; the file itself says what it is. */
const SOUND_TYPES = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave']

/** A minute of a recording of two channels is 1 MB; a prompt is no more than ten. */
const RECORDING_BYTES_MAX = 16 * 1024 * 1024

/** Sounds of prompts: uploaded or made of a recording, heard, and listed with where they are played. */
export function addSoundRoutes(api: Server, ports: HttpApiPorts): void {
  addTaking(api, ports)
  const { centre, sounds } = ports
  api.get(
    '/sounds/:sound/audio',
    { schema: { summary: 'A sound, as a WAV file', params: SoundParams } },
    async (request, reply) => {
      demand(request, 'change-configuration')
      const { sound } = request.params
      const file = await sounds.file(sound)
      if (!file) throw API_ERRORS['api.no-such']({ what: 'sound', name: sound })
      return reply.header('cache-control', 'private, no-store').type('audio/wav').send(Buffer.from(file))
    },
  )
  const prompts = { summary: 'All prompts, and where they are played', response: { 200: PromptsSchema } }
  api.get('/prompts', { schema: prompts }, async (request) => {
    demand(request, 'change-configuration')
    const { configuration } = centre.state()
    const used = [...configuration.prompts.values()].map(({ sound }) => sound)
    // Without a database the list is told all the same.
    const missing = await sounds.missing(used).catch((): readonly string[] => [])
    return { items: viewPrompts(configuration, new Set(missing)) }
  })
  api.get(
    '/prompts/:name/audio',
    {
      schema: {
        summary: 'What a prompt sounds like, as a WAV file',
        ...{ params: PromptParams, querystring: PromptQuery },
      },
    },
    async (request, reply) => {
      demand(request, 'change-configuration')
      const { name } = request.params
      const isBuiltIn = request.query.builtIn === 'true'
      const own = isBuiltIn ? undefined : centre.state().configuration.prompts.get(name)
      const file = (own && (await sounds.file(own.sound))) ?? (await sounds.builtIn(name))
      if (!file) throw API_ERRORS['api.no-such']({ what: 'prompt', name })
      return reply.header('cache-control', 'private, no-store').type('audio/wav').send(Buffer.from(file))
    },
  )
}

function addTaking(api: Server, ports: HttpApiPorts): void {
  const { sounds, recordings, blobs } = ports
  // A file comes as it is: no form, no encoding.
  for (const type of SOUND_TYPES)
    api.addContentTypeParser(type, { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  const take = { summary: 'Upload a WAV file, for a prompt', response: { 201: SoundSchema } }
  api.post('/sounds', { bodyLimit: SOUND_FILE_BYTES_MAX, schema: take }, async (request, reply) => {
    demand(request, 'change-configuration')
    requirePrimary(ports)
    if (!Buffer.isBuffer(request.body)) {
      throw API_ERRORS['api.invalid']({ path: '', problem: 'the body is to be a WAV file, as audio/wav' })
    }
    reply.code(201)
    return sounds.take(request.body)
  })
  const record = {
    summary: 'Make a sound of a recording, for a prompt',
    body: RecordedSoundSchema,
    response: { 201: SoundSchema },
  }
  api.post('/sounds/recorded', { schema: record }, async (request, reply) => {
    demand(request, 'change-configuration')
    demand(request, 'listen-recordings')
    requirePrimary(ports)
    const { recording } = request.body
    const entry = await recordings.get(recording)
    const found = entry?.blobKey === undefined ? undefined : await blobs.get(entry.blobKey)
    if (!found) throw API_ERRORS['api.no-such']({ what: 'stored recording', name: recording })
    if (found.stat.sizeBytes > RECORDING_BYTES_MAX) {
      found.body.destroy()
      throw API_ERRORS['api.invalid']({ path: '/recording', problem: 'it is longer than a prompt may be' })
    }
    const chunks: Buffer[] = []
    for await (const chunk of found.body) chunks.push(chunk as Buffer)
    reply.code(201)
    return sounds.take(Buffer.concat(chunks), { trims: true })
  })
}

function viewPrompts(configuration: Configuration, missing: ReadonlySet<string>): PromptView[] {
  const names = [...new Set([...configuration.prompts.keys(), ...BUILT_IN_PROMPTS])].sort()
  const uses = usesOf(configuration, ['prompt'])
  return names.map((name) => ({
    name,
    builtIn: BUILT_IN_PROMPTS.includes(name),
    own: viewOwn(configuration.prompts.get(name), missing),
    usedBy: [...(uses.get(`prompt:${name}`) ?? [])],
  }))
}

function viewOwn(prompt: Prompt | undefined, missing: ReadonlySet<string>): PromptView['own'] {
  if (!prompt) return null
  const { sound, durationMs, says } = prompt
  return { sound, durationMs, says: says ?? null, missing: missing.has(sound) }
}
