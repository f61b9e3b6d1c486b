/*
 * Who may act as the primary, with the store there and with the store away: lease, term, fence, feed, consent and spool.
 *
 * A core is a backup, opens (has the lease and writes the tail that is left), or is the primary. The primary commits an event (lets
 * the outside see it) when the log has it, or, with the store away, when its own disk and every core in `known` has it and each of
 * those promised not to take the lease for a while. Only a core in `known` may take a lease that was not given up in order.
 *
 * A step of a core is atomic and steps interleave freely, so a core that pauses anywhere, for any time, and then believes what
 * it believed before, is part of every run. Time is one tick: a promise lasts PROMISE ticks from its answer, the right to commit
 * lasts until the first tick after its question. Faults (a crash, a store or a way to it that goes, a link that is cut, an append or
 * a take whose answer is lost) draw on a budget of FAULTS; what heals is free, so that in the end everything is back.
 *
 * Sizes and mutants come from the command line; test/model/README.md has the table.
 */

#ifndef CORES
#define CORES 3
#endif
#ifndef EVENTS
#define EVENTS 2
#endif
#ifndef FAULTS
#define FAULTS 3
#endif
#ifndef TERMS
#define TERMS 3
#endif
#ifndef PROMISE
#define PROMISE 2
#endif
/* Whether cores 0 and 1 are of one machine: they share a disk, and the one that takes the other's lease ends it first. */
#ifndef SHARED
#define SHARED 0
#endif
/* Cores that the first primary knows when the run begins, as bits. */
#ifndef KNOWN
#define KNOWN ((1 << CORES) - 1)
#endif

#define down 0
#define backup 1
#define opening 2
#define primary 3

#define NOBODY CORES
#define BIT(c) (1 << (c))
#define SIBLING(c) ((c) < 2 -> 1 - (c) : (c))
#define AT(c, p) ((c) * EVENTS + (p))

/* The store: one row of lease and one log, changed in one transaction. */
bool storeUp = true;
byte term = 1, holder = 0, opened = 1, known = KNOWN;
byte log[EVENTS], logEnd = 0;
/* An append that left its core and got no answer: it may land at any later time. One a core. */
byte lateEvent[CORES], latePlace[CORES], lateTerm[CORES];

/* The ways. */
bool reach[CORES] = true;
bool linked[9] = true;
#define LINK(a, b) linked[((a) < (b) -> (a) * 3 + (b) : (b) * 3 + (a))]

/* A core: in memory its role, term and what it has committed; on disk its tail, of one term, by place in the log. */
byte role[CORES] = backup, mine[CORES], end[CORES], committed[CORES];
bool spooling[CORES];
byte answered[CORES], reaching[CORES], newer[CORES];
bool fresh[CORES];
byte promise[CORES];
byte tail[CORES * EVENTS], tailTerm[CORES], tailEnd[CORES];
/* On disk too: the newest term that the core took or was fed by. Whom it knows, as far as it is the primary. */
byte seen[CORES], knows[CORES];

/* What the outside saw. */
byte acknowledged[EVENTS], next = 1, faults = FAULTS;

#define STORE(c) (storeUp && reach[c])
#define PEERS(c) (knows[c] & ~BIT(c) & (SHARED && (c) < 2 -> ~3 : ~0))

#ifdef MUTANT_ANYBODY_TAKES
#define MAY_TAKE(c) true
#else
#define MAY_TAKE(c) (holder == NOBODY || (known & BIT(c)))
#endif
/* A primary that reaches the store renews in time; that its lease lapses all the same is a fault. */
#define LAPSED (holder == NOBODY || role[holder] != primary || !STORE(holder) || faults > 0)
/* What an earlier life promised is not known to the next one, so that one waits as long. */
#ifdef MUTANT_PROMISE_FORGOTTEN
#define RESTART_PROMISE 0
#else
#define RESTART_PROMISE PROMISE
#endif
/* Whether the store lets this core write. */
#ifdef MUTANT_NO_FENCE
#define FENCED_IN(c) true
#else
#define FENCED_IN(c) (term == mine[c])
#endif
/* Whether the tail that a core holds counts: only the term that opened last may have one. */
#define COUNTS(c) (tailTerm[c] == opened)

/* A core that knew of a newer term, in an earlier life even, keeps nothing of an older one. */
#ifdef MUTANT_TERM_FORGOTTEN
#define BELIEVES(j, c) (tailTerm[j] <= mine[c])
#else
#define BELIEVES(j, c) (seen[j] <= mine[c])
#endif

#ifdef MUTANT_PROMISE_ENDLESS
#define ENDLESS true
#else
#define ENDLESS false
#endif
#ifdef LIVENESS
#define ALWAYS_ASKS false
#else
#define ALWAYS_ASKS true
#endif

#include "decision.pml"

inline endCore(c) {
  role[c] = down; mine[c] = 0; end[c] = 0; committed[c] = 0; spooling[c] = false;
  answered[c] = 0; reaching[c] = 0; newer[c] = 0; fresh[c] = false; promise[c] = 0; knows[c] = 0;
#ifdef MUTANT_SPOOL_DROPPED
  dropTail(c)
#endif
}

inline dropTail(c) {
  tailTerm[c] = 0; tailEnd[c] = 0; i = 0;
  do :: i < EVENTS -> tail[AT(c, i)] = 0; i++ :: else -> break od
}

/* Nobody of a newer term has opened when something is acknowledged, and what was acknowledged is never replaced. */
inline commit(c, place, event) {
  assert(opened <= mine[c]);
  assert(acknowledged[place] == 0 || acknowledged[place] == event);
  acknowledged[place] = event;
  committed[c] = place + 1
}

inline write(place, event) {
  assert(place == logEnd);
  i = 0;
  do :: i < logEnd -> assert(log[i] != event); i++ :: else -> break od;
  log[place] = event; logEnd++
}

/* Records of the one core's disk onto the other's: what a feed brings, and what a taker finds on a shared disk. */
inline copyTail(from, to) {
  i = 0;
  do :: i < EVENTS -> tail[AT(to, i)] = tail[AT(from, i)]; i++ :: else -> break od;
  tailTerm[to] = tailTerm[from]; tailEnd[to] = tailEnd[from]
}

inline keep(c, event) {
  if :: tailTerm[c] != mine[c] -> dropTail(c); tailTerm[c] = mine[c] :: else fi;
  tail[AT(c, end[c])] = event; end[c]++; tailEnd[c] = end[c];
  answered[c] = 0; reaching[c] = 0; newer[c] = 0; fresh[c] = true
}

/* Whether there is something to ask this one; where every run must come to its end, nobody is asked once the store is back. */
#define ASKS(c) (role[c] == primary && spooling[c] && committed[c] < end[c] && (ALWAYS_ASKS || !STORE(c)))
#define ASKABLE(c, j) (ASKS(c) && fresh[c] && (PEERS(c) & BIT(j)) && !(answered[c] & BIT(j)) && role[j] != down && LINK(c, j))

/* It keeps them on its disk, promises, and answers; or the answer is lost. */
inline ask(c, j) {
  if
  :: role[j] == backup && BELIEVES(j, c) ->
     copyTail(c, j); seen[j] = mine[c]; promise[j] = PROMISE;
     if
     :: answered[c] = answered[c] | BIT(j); if :: STORE(j) -> reaching[c] = reaching[c] | BIT(j) :: else fi
     :: faults > 0 -> faults--
     fi
  :: else -> if :: mine[j] > mine[c] || seen[j] > mine[c] -> newer[c] = 1 :: else -> fresh[c] = false fi
  fi
}

proctype core(byte c) {
  byte i, j, event, peers, action;
  do
  /* ---- a backup takes the lease: any time that the primary did not renew it counts as lapsed ---- */
  :: atomic { role[c] == backup && STORE(c) && term < TERMS && promise[c] == 0 && MAY_TAKE(c) && LAPSED ->
     if :: holder != NOBODY && role[holder] == primary && STORE(holder) -> faults-- :: else fi;
     j = holder; term++; holder = c;
     if
     :: mine[c] = term; seen[c] = term; role[c] = opening; committed[c] = 0; spooling[c] = false;
        if :: SHARED && c < 2 && role[SIBLING(c)] >= opening -> endCore(SIBLING(c)) :: else fi;
        if
        :: SHARED && c < 2 && tailTerm[SIBLING(c)] == opened &&
           (tailTerm[c] != opened || tailEnd[SIBLING(c)] > tailEnd[c]) -> copyTail(SIBLING(c), c)
        :: else
        fi
     :: faults > 0 -> faults-- /* it landed, and the answer is lost */
     fi
   }
  /* ---- it writes what is left of the term that opened last, and nothing else ---- */
  :: atomic { role[c] == opening && STORE(c) ->
     if
     :: !FENCED_IN(c) -> role[c] = backup; mine[c] = 0
     :: FENCED_IN(c) && COUNTS(c) && tailEnd[c] > logEnd -> write(logEnd, tail[AT(c, logEnd)])
     :: else ->
        i = 0;
        do
        :: i < EVENTS -> assert(acknowledged[i] == 0 || (i < logEnd && acknowledged[i] == log[i])); i++
        :: else -> break
        od;
        dropTail(c);
        opened = mine[c]; known = known | BIT(c); knows[c] = known; role[c] = primary; end[c] = logEnd; committed[c] = logEnd
     fi
   }
  /* ---- the primary ---- */
  /* It learns that its term is over, from the store or from a core: it ends, and its disk keeps what it has. */
  :: atomic { role[c] == primary && ((STORE(c) && !FENCED_IN(c)) || newer[c]) -> endCore(c) }
  /* It comes to know a core that is new, in the store, before that core may take a lease. */
  :: atomic { role[c] == primary && STORE(c) && FENCED_IN(c) && !spooling[c] && known != BIT(CORES) - 1 -> known = BIT(CORES) - 1; knows[c] = known }
  /* An event with the store there: it lands, or its answer is lost, or it is still on its way. */
  :: atomic { role[c] == primary && !spooling[c] && next <= EVENTS && end[c] < EVENTS && STORE(c) && FENCED_IN(c) && end[c] == logEnd ->
     event = next; next++;
     if
     :: write(end[c], event); end[c]++; commit(c, end[c] - 1, event)
     :: faults > 0 -> faults--; write(end[c], event); spooling[c] = true; keep(c, event)
     :: faults > 0 && lateEvent[c] == 0 -> faults--;
        lateEvent[c] = event; latePlace[c] = end[c]; lateTerm[c] = mine[c]; spooling[c] = true; keep(c, event)
     fi; event = 0
   }
  :: atomic { lateEvent[c] != 0 && storeUp ->
     if :: term == lateTerm[c] && logEnd == latePlace[c] -> write(latePlace[c], lateEvent[c]) :: else fi;
     lateEvent[c] = 0; latePlace[c] = 0; lateTerm[c] = 0
   }
  /* An event with the store away: to its own disk, and from there to all that it knows. */
  :: atomic { role[c] == primary && (spooling[c] || !STORE(c)) && next <= EVENTS && end[c] < EVENTS && committed[c] == end[c] ->
     spooling[c] = true; event = next; next++; keep(c, event); event = 0 }
  /* It asks again; the right to commit counts from here. */
  :: atomic { ASKS(c) && !fresh[c] ->
     fresh[c] = true; answered[c] = 0; reaching[c] = 0 }
  /* One core gets question and records. */
  :: atomic { ASKABLE(c, 0) -> j = 0; ask(c, j); j = 0 }
  :: atomic { ASKABLE(c, 1) -> j = 1; ask(c, j); j = 0 }
#if CORES > 2
  :: atomic { ASKABLE(c, 2) -> j = 2; ask(c, j); j = 0 }
#endif
  /* What it may do now, by the table that the code has. */
  :: atomic { role[c] == primary && spooling[c] && committed[c] < end[c] && fresh[c] ->
     peers = (PEERS(c) == 0 -> ALONE : (newer[c] -> NEWER : ((answered[c] & PEERS(c)) != PEERS(c) -> SILENT : (reaching[c] -> REACHING : CONSENTING))));
#ifdef MUTANT_NO_CONSENT
     if :: peers == SILENT -> peers = CONSENTING :: else fi;
#endif
#ifdef MUTANT_ONE_ANSWER
     if :: peers == SILENT && answered[c] -> peers = CONSENTING :: else fi;
#endif
     decide(STORE(c) && term == mine[c], peers);
     if
     :: action == SPOOL || (action == DRAIN && (peers == ALONE || peers == CONSENTING || peers == REACHING)) ->
        commit(c, committed[c], tail[AT(c, committed[c])])
     /* A store that comes back is seen by one core before the other: for a while it may go on as if none reached it. */
     :: action == HAND_OVER && peers == REACHING -> commit(c, committed[c], tail[AT(c, committed[c])])
     :: action == HAND_OVER -> endCore(c)
     :: else
     fi; action = 0; peers = 0
   }
  /* The store is back: what waited is written in order; what an append whose answer was lost has written is recognised. */
  :: atomic { role[c] == primary && spooling[c] && STORE(c) && FENCED_IN(c) ->
     if
     :: logEnd < tailEnd[c] -> write(logEnd, tail[AT(c, logEnd)])
     :: logEnd >= tailEnd[c] ->
        i = 0;
        do :: i < tailEnd[c] -> assert(tail[AT(c, i)] == 0 || tail[AT(c, i)] == log[i]); i++ :: else -> break od;
        do :: committed[c] < end[c] -> j = committed[c]; commit(c, j, log[j]) :: else -> break od;
        j = 0; spooling[c] = false; dropTail(c); answered[c] = 0; reaching[c] = 0; fresh[c] = false
     fi
   }
  /* ---- crash and restart ---- */
  :: atomic { role[c] != down && faults > 0 -> faults--; endCore(c) }
  :: atomic { role[c] == down -> role[c] = backup; promise[c] = RESTART_PROMISE }
  od
}

/* A promise runs down; a right to commit is over with the first tick. */
active proctype clock() {
  byte i;
  do
  :: atomic { (promise[0] || promise[1] || promise[CORES - 1] || fresh[0] || fresh[1] || fresh[CORES - 1]) ->
     i = 0;
     do
     :: i < CORES -> fresh[i] = false; if :: promise[i] && !ENDLESS -> promise[i]-- :: else fi; i++
     :: else -> break
     od
   }
  od
}

active proctype nemesis() {
  do
  :: atomic { storeUp && faults > 0 -> faults--; storeUp = false }
  :: atomic { !storeUp -> storeUp = true }
  :: atomic { reach[0] && faults > 0 -> faults--; reach[0] = false }
  :: atomic { !reach[0] -> reach[0] = true }
  :: atomic { reach[1] && faults > 0 -> faults--; reach[1] = false }
  :: atomic { !reach[1] -> reach[1] = true }
  :: atomic { LINK(0, 1) && faults > 0 -> faults--; LINK(0, 1) = false }
  :: atomic { !LINK(0, 1) -> LINK(0, 1) = true }
#if CORES > 2
  :: atomic { reach[2] && faults > 0 -> faults--; reach[2] = false }
  :: atomic { !reach[2] -> reach[2] = true }
  :: atomic { LINK(0, 2) && faults > 0 -> faults--; LINK(0, 2) = false }
  :: atomic { !LINK(0, 2) -> LINK(0, 2) = true }
  :: atomic { LINK(1, 2) && faults > 0 -> faults--; LINK(1, 2) = false }
  :: atomic { !LINK(1, 2) -> LINK(1, 2) = true }
#endif
  od
}

init {
  atomic { role[0] = primary; mine[0] = 1; seen[0] = 1; knows[0] = known; run core(0); run core(1);
#if CORES > 2
    run core(2)
#endif
  }
}

#define PRIMARY(c) (role[c] == primary && mine[c] == term && opened == term && !spooling[c])
/* With the last fault behind and terms left, there is a primary that has written all that waited. */
#ifdef LIVENESS
ltl live { [] <> (PRIMARY(0) || PRIMARY(1) || PRIMARY(CORES - 1) || term == TERMS) }
#endif
