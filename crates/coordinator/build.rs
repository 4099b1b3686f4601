//! Rebuilds when a migration or the queries' offline data changes: the macros read both without telling cargo.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=.sqlx");
    println!("cargo::rerun-if-env-changed=DATABASE_URL");
}
