import { Alert } from '@mantine/core'
import { useState } from 'react'
import type { Cluster, DatabaseView, DrillView, Session } from '#api/contract'
import { LogOnList } from '../../features/log-on-list/log-on-list.tsx'
import { DrillList } from '../../features/pool-history/drill-list.tsx'
import { TakeoverList } from '../../features/pool-history/takeover-list.tsx'
import { PoolMachines, PoolMembers } from '../../features/pool-members/pool-members.tsx'
import { DrillButton } from '../../features/pool-operation/drill-button.tsx'
import { SwitchoverButton } from '../../features/pool-operation/switchover-button.tsx'
import { ApiClient } from '../../models/api-client.ts'
import { exactDuration } from '../../models/duration.ts'
import { isDrilling, troublesOf } from '../../models/pool.ts'
import { hasRight } from '../../models/rights.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { usePoller } from '../../ui/use-poller.ts'
import styles from './pool-page.module.css'

/** A takeover is over within two seconds: whoever looks at the page then shall see it happen. */
const CLUSTER_EVERY_MS = 1_000
/** A drill takes some ten seconds. */
const DRILLS_EVERY_MS = 3_000

/** The pool: who is primary, who stands ready, what does not work, and what was tried. */
export function PoolPage({ session, connection, onLogOut }: SignedInProps) {
  const { t } = useWords()
  return (
    <PageFrame app="pool" session={session} connection={connection} onLogOut={onLogOut}>
      {hasRight(session, 'view-cluster') ? <Pool session={session} /> : <Alert>{t('pool.forbidden')}</Alert>}
    </PageFrame>
  )
}

function Pool({ session }: { session: Session }) {
  const { t } = useWords()
  const { token } = session
  const [said, setSaid] = useState('')
  const cluster = usePoller(() => new ApiClient(token).read<Cluster>('/cluster'), CLUSTER_EVERY_MS, token)
  const drills = usePoller(() => new ApiClient(token).read<DrillView[]>('/drills'), DRILLS_EVERY_MS, token)
  const known = drills.value ?? []
  if (!cluster.value) return <p>{t(cluster.failed ? 'pool.away' : 'pool.loading')}</p>
  const done = (words: string): void => {
    setSaid(words)
    cluster.refresh()
    drills.refresh()
  }
  return (
    <>
      {cluster.failed && <Alert color="yellow">{t('pool.away')}</Alert>}
      {said !== '' && (
        <Alert role="status" withCloseButton closeButtonLabel={t('pool.dismiss')} onClose={() => setSaid('')}>
          {said}
        </Alert>
      )}
      <Head cluster={cluster.value}>
        {hasRight(session, 'switchover') && <SwitchoverButton cluster={cluster.value} token={token} onDone={done} />}
      </Head>
      <PoolMembers cluster={cluster.value} />
      <PoolMachines cluster={cluster.value} />
      <div className={styles['columns']}>
        <DrillList
          drills={known}
          tools={hasRight(session, 'drill') && <DrillButton token={token} running={isDrilling(known)} onDone={done} />}
        />
        <TakeoverList takeovers={cluster.value.takeovers ?? []} />
      </div>
      {hasRight(session, 'change-configuration') && <LogOnList token={token} />}
    </>
  )
}

/** Which of the database's hosts is used, when it is not the first (CFG-16), and how far whoever copies it is behind (DR-17). */
function DatabaseLines({ database }: { database: DatabaseView }) {
  const { t, language } = useWords()
  const number = new Intl.NumberFormat(language)
  const { host, place, hosts, copies } = database
  return (
    <>
      {hosts > 1 && (
        <div data-database={place} className={place > 1 ? '' : styles['soft']}>
          {t(place > 1 ? 'pool.databaseSecond' : 'pool.database', { host, place, hosts })}
        </div>
      )}
      {copies?.map(({ name, address, state, behindBytes, behindMs }) => (
        <div key={`${name} ${address}`} className={styles['soft']} data-copy={name}>
          {t('pool.copy', { name: address === null ? name : `${name} (${address})`, state: state ?? '?' })}
          {behindBytes !== null &&
            ` · ${t('pool.copyBytes', { kilobytes: number.format(Math.ceil(behindBytes / 1000)) })}`}
          {behindMs !== null && ` · ${t('pool.copyTime', { time: exactDuration(behindMs, language) })}`}
        </div>
      ))}
    </>
  )
}

/** In one line: who leads, since which term, and whether all is well. */
function Head({ cluster, children }: { cluster: Cluster; children: React.ReactNode }) {
  const { t, language } = useWords()
  const troubles = troublesOf(cluster)
  const draining = cluster.draining ?? []
  const position = new Intl.NumberFormat(language).format(cluster.position)
  return (
    <section
      className={`${styles['head']} ${troubles.length > 0 ? styles['ill'] : ''}`}
      aria-label={t('pool.state')}
      data-troubles={troubles.length}
    >
      <div>
        <div className={styles['primary']}>
          {cluster.primary === null ? t('pool.noPrimary') : t('pool.leads', { name: cluster.primary })}
        </div>
        <div className={styles['soft']}>{t('pool.term', { term: cluster.term, position })}</div>
        {troubles.length === 0 ? (
          <div>✓ {t('pool.allWell')}</div>
        ) : (
          <ul className={styles['troubles']}>
            {troubles.map(({ member, module }) => (
              <li key={`${member} ${module.name}`}>
                ✗ {member}, {module.name}: {module.detail}
              </li>
            ))}
          </ul>
        )}
        {cluster.database && <DatabaseLines database={cluster.database} />}
        {draining.map(({ name, by }) => (
          <div key={name}>{t('pool.draining', { name, by })}</div>
        ))}
      </div>
      {children}
    </section>
  )
}
