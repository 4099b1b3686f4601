//! Submits settlements. One transaction at a time per lease, stored before it is sent; after a restart the same bytes
//! are sent again while they can run, and a new transaction is built only when they never can and the chain still
//! shows the lease open. So nothing is paid twice, and nothing deposited is forgotten.

mod decide;
mod worker;

pub(crate) use worker::run;
