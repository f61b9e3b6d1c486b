import { z } from 'zod'
import {
  ChangedSchema,
  CheckedSchema,
  type GivenName,
  KindsSchema,
  moment,
  NamesSchema,
  ProposalSchema,
  PublishSchema,
  RenameSchema,
  VersionDifferencesSchema,
  VersionSchema,
  VersionsQuerySchema,
} from '#api/contract'
import {
  BUILT_IN_ROLES,
  type Configuration,
  type ConfigurationKind,
  documentOf,
  KIND_NAMES,
  KINDS,
  kindSchemas,
  PARAMETERS,
  pluralOf,
  profileOf,
  RENAMED_TARGETS,
  renameChanges,
  usesOf,
} from '#kernel/config'
import { etagOf } from './based-on.ts'
import { changeBy, demandWrite } from './configuration-change.ts'
import {
  changesOf,
  checkProposal,
  configurationAt,
  differencesIn,
  viewDifference,
  withTheirs,
} from './configuration-proposal.ts'
import { demandSounds, missingSounds } from './configured-sounds.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { demand } from './who.ts'

/** A configuration of 20,000 objects, most of them users of some 300 bytes. */
const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024

/** Kinds whose objects have one of the names that there are. */
function givenNames(kind: ConfigurationKind, { parameters }: Configuration): GivenName[] {
  if (kind === 'seat') return ['agent', 'attendant', 'supervisor'].map((name) => ({ name, what: '' }))
  if (kind === 'role') return [...BUILT_IN_ROLES].map(([name, value]) => ({ name, what: '', value: { ...value } }))
  if (kind !== 'parameter') return []
  const profile = profileOf(parameters)
  return PARAMETERS.map(({ name, what, form, ranges, choices, defaults }) => ({
    ...{ name, what, default: defaults[profile] ?? null },
    takes: {
      form,
      ...(ranges && { least: ranges[profile][0], most: ranges[profile][1] }),
      ...(choices && { choices: [...choices] }),
    },
  }))
}

const VersionParams = z.object({ version: z.coerce.number().int().min(1) })
const DocumentSchema = z.looseObject({ tandem: z.literal('configuration'), format: z.number().int() })

/** Configuration as data: looked at before it is published, published as one version, exported, and gone back to (promise 16). */
export function addConfigurationVersionRoutes(api: Server, ports: HttpApiPorts): void {
  addReads(api, ports)
  addNames(api, ports)
  const { centre, clock, passwords } = ports
  const check = { summary: 'What would come of changes', body: ProposalSchema, response: { 200: CheckedSchema } }
  api.post('/configuration/check', { schema: check, bodyLimit: DOCUMENT_BYTES_MAX }, async (request) => {
    demand(request, 'change-configuration')
    const changes = await changesOf(ports, request.body)
    const checked = checkProposal(centre.state(), changes, request.body.basedOn, clock.now())
    const silent = checked.faults.length === 0 ? await missingSounds(ports, changes) : { faults: [], warnings: [] }
    return {
      ...checked,
      faults: [...checked.faults, ...silent.faults],
      warnings: [...checked.warnings, ...silent.warnings],
      collisions: [...(await withTheirs(ports, checked, request.body.basedOn))],
    }
  })
  const publish = { summary: 'Publish changes as one version', body: PublishSchema, response: { 200: ChangedSchema } }
  api.post('/configuration/publish', { schema: publish, bodyLimit: DOCUMENT_BYTES_MAX }, async (request, reply) => {
    demandWrite(request, ports)
    const { basedOn, note } = request.body
    const changes = await changesOf(ports, request.body)
    await demandSounds(ports, changes)
    const seen = basedOn ?? centre.state().configuration.version
    const said = note === undefined || note === '' ? undefined : { note }
    if (changes.length > 0) await centre.submit([{ ...changeBy(request, seen, changes), ...said }])
    for (const { kind, name, value } of changes) if (kind === 'user' && !value) await passwords.remove(name)
    const { version } = centre.state().configuration
    reply.header('etag', etagOf(version))
    return { version }
  })
}

/** Names, where they stand, and what would give one of them another everywhere. */
function addNames(api: Server, { centre, clock }: HttpApiPorts): void {
  const names = {
    summary: 'Skills, groups, codes and other names, and where each stands',
    response: { 200: NamesSchema },
  }
  api.get('/configuration/names', { schema: names }, async (request) => {
    demand(request, 'change-configuration')
    const uses = usesOf(centre.state().configuration, RENAMED_TARGETS)
    const items = RENAMED_TARGETS.flatMap((target) =>
      [...uses]
        .filter(([key]) => key.startsWith(`${target}:`))
        .map(([key, usedBy]) => ({ target, name: key.slice(target.length + 1), usedBy: [...usedBy] })),
    )
    return { items: items.sort((a, b) => (a.name < b.name ? -1 : 1)) }
  })
  const rename = {
    summary: 'The changes that give something another name wherever it is named; to be published',
    body: RenameSchema,
    response: { 200: CheckedSchema },
  }
  api.post('/configuration/rename', { schema: rename }, async (request) => {
    demand(request, 'change-configuration')
    const state = centre.state()
    return checkProposal(state, renameChanges(state.configuration, request.body), undefined, clock.now())
  })
}

function addReads(api: Server, ports: HttpApiPorts): void {
  const { centre, history } = ports
  const kinds = { summary: 'What can be configured, and in which shape', response: { 200: KindsSchema } }
  api.get('/configuration/kinds', { schema: kinds }, async (request) => {
    demand(request, 'change-configuration')
    const schemas = kindSchemas()
    return {
      kinds: KIND_NAMES.map((kind) => ({
        ...{ kind, plural: pluralOf(kind), words: KINDS[kind].words, isNamed: KINDS[kind].isNamed },
        names: givenNames(kind, centre.state().configuration),
        schema: { ...schemas[kind] },
      })),
    }
  })
  const whole = { summary: 'The whole configuration as data', response: { 200: DocumentSchema } }
  api.get('/configuration/document', { schema: whole }, async (request, reply) => {
    demand(request, 'change-configuration')
    const { configuration } = centre.state()
    reply.header('etag', etagOf(configuration.version))
    return documentOf(configuration)
  })
  const versions = {
    summary: 'Published changes, newest first',
    querystring: VersionsQuerySchema,
    response: { 200: z.object({ items: z.array(VersionSchema) }) },
  }
  api.get('/configuration/versions', { schema: versions }, async (request) => {
    demand(request, 'change-configuration')
    const found = await history.configurationVersions(request.query)
    return {
      items: found.map(({ changes, at, ...one }) => ({
        ...{ ...one, at: moment(at) },
        objects: changes.map(({ kind, name, value }) => ({ kind, name, removed: value === undefined })),
      })),
    }
  })
  addPast(api, ports)
}

function addPast(api: Server, ports: HttpApiPorts): void {
  const past = { summary: 'The configuration of a version', params: VersionParams, response: { 200: DocumentSchema } }
  api.get('/configuration/versions/:version/document', { schema: past }, async (request) => {
    demand(request, 'change-configuration')
    return documentOf(await configurationAt(ports, request.params.version))
  })
  const differences = {
    summary: 'What a version changed, field by field',
    params: VersionParams,
    response: { 200: VersionDifferencesSchema },
  }
  api.get('/configuration/versions/:version/differences', { schema: differences }, async (request) => {
    demand(request, 'change-configuration')
    return { differences: (await differencesIn(ports, request.params.version)).map(viewDifference) }
  })
}
