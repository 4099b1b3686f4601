//! Decisions on a chain that loses, refuses, forgets and forks: the history says what the chain says in the end, and no
//! decision is paid twice.

mod chain;
mod fates;
mod rig;
mod verdicts;
