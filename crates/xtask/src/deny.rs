//! Rules for dependencies, by cargo-deny.

use anyhow::Result;

use crate::{
    places::Places,
    process::{Run as _, cargo},
    say,
};

/// Checks licences, bans and sources, and known flaws when their list can be reached.
///
/// # Errors
/// When a dependency breaks a rule.
pub(crate) fn check(places: &Places) -> Result<()> {
    cargo(places)?
        .args([
            "deny",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ])
        .run()?;
    if cargo(places)?.args(["deny", "fetch", "db"]).works() {
        cargo(places)?
            .args(["deny", "check", "--hide-inclusion-graph", "advisories"])
            .run()
    } else {
        say::note("The list of known flaws cannot be reached: advisories were not checked.");
        Ok(())
    }
}
