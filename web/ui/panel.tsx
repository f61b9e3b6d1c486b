import { type ReactNode, useId } from 'react'
import styles from './panel.module.css'

/** A titled part of the board; a region for those who jump between them. */
export function Panel(props: { title: string; aside?: ReactNode; tools?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section className={styles['panel']} aria-labelledby={id}>
      <header className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {props.title}
        </h2>
        {props.aside !== undefined && <span className={styles['aside']}>{props.aside}</span>}
        {props.tools !== undefined && <div className={styles['tools']}>{props.tools}</div>}
      </header>
      {props.children}
    </section>
  )
}

/** Says what is missing, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles['empty']}>
      <span className={styles['emptyTitle']}>{title}</span>
      {children}
    </div>
  )
}
