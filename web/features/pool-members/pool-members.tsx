import type { Cluster } from '#api/contract'
import { membersOf, type PoolMember } from '../../models/pool.ts'
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
      <ul className={styles['modules']} aria-label={t('pool.modulesOf', { name })}>
        {modules.map((module) => (
          <li key={module.name} className={module.healthy ? '' : styles['ill']}>
            <span aria-hidden="true">{module.healthy ? '✓' : '✗'}</span> {module.name}: {module.detail}
            {!module.healthy && <b> ({t('pool.ill')})</b>}
          </li>
        ))}
      </ul>
    </li>
  )
}
