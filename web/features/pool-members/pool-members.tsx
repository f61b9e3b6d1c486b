import type { Cluster } from '#api/contract'
import { machinesOf, membersOf, type PoolMachine, type PoolMember, type PoolModule } from '../../models/pool.ts'
import { Dot } from '../../ui/dot.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './pool-members.module.css'

/** Every process of the pool: what it is, how far it has come, and how its parts are. */
export function PoolMembers({ cluster }: { cluster: Cluster }) {
  const { t } = useWords()
  const members = membersOf(cluster)
  return (
    <Panel title={t('pool.processes')} aside={t('pool.count', { count: members.length })}>
      <ul className={styles['list']}>
        {members.map((member) => (
          <MemberRow key={member.name} member={member} />
        ))}
      </ul>
    </Panel>
  )
}

function MemberRow({ member }: { member: PoolMember }) {
  const { t, language } = useWords()
  const { name, role, node, release, pages, position, lag, modules, healthy } = member
  const number = new Intl.NumberFormat(language)
  const facts = [
    node,
    release && t('pool.release', { release }),
    position !== undefined && t('pool.at', { position: number.format(position) }),
    lag !== undefined && lag > 0 && t('pool.behind', { count: lag, lag: number.format(lag) }),
  ].filter(Boolean)
  return (
    <li className={styles['member']} data-member={name} data-role={role}>
      <div className={styles['who']}>
        <Dot tone={healthy ? 'ready' : 'late'} />
        <b>{t(`poolRole.${role}`, { defaultValue: role })}</b> <span className={styles['name']}>{name}</span>
        {pages !== undefined && (
          <a className={styles['open']} href={`${pages}/pool`}>
            {t('pool.open')}
          </a>
        )}
      </div>
      <div className={styles['facts']}>{facts.join(' · ')}</div>
      <Modules of={name} modules={modules} ill={t('pool.ill')} />
    </li>
  )
}

/** What each machine lends to all of its processes: memory, processor, the folder of files. */
export function PoolMachines({ cluster }: { cluster: Cluster }) {
  const { t } = useWords()
  const machines = machinesOf(cluster)
  if (machines.length === 0) return null
  return (
    <Panel title={t('pool.machines')} aside={t('pool.machineCount', { count: machines.length })}>
      <ul className={styles['list']}>
        {machines.map((machine) => (
          <MachineRow key={machine.node} machine={machine} />
        ))}
      </ul>
    </Panel>
  )
}

function MachineRow({ machine: { node, modules, healthy } }: { machine: PoolMachine }) {
  const { t } = useWords()
  return (
    <li className={styles['member']} data-machine={node}>
      <div className={styles['who']}>
        <Dot tone={healthy ? 'ready' : 'late'} />
        <b>{node}</b>
      </div>
      <Modules of={node} modules={modules} ill={t('pool.near')} />
    </li>
  )
}

function Modules({ of, modules, ill }: { of: string; modules: readonly PoolModule[]; ill: string }) {
  const { t } = useWords()
  return (
    <ul className={styles['modules']} aria-label={t('pool.modulesOf', { name: of })}>
      {modules.map(({ name, healthy, detail }) => (
        <li key={name} className={healthy ? '' : styles['ill']}>
          <span aria-hidden="true">{healthy ? '✓' : '✗'}</span> {name}: {detail}
          {!healthy && <b> ({ill})</b>}
        </li>
      ))}
    </ul>
  )
}
