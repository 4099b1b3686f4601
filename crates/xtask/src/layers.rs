//! The layers of the architecture, checked against what cargo knows.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    places::Places,
    process::{Run as _, cargo},
    say,
    setup::Toolchain,
};

/// A package, its layer, and what must not be in its tree of normal dependencies.
struct Rule {
    package: &'static str,
    layer: u8,
    never: &'static [&'static str],
}

const fn rule(package: &'static str, layer: u8, never: &'static [&'static str]) -> Rule {
    Rule {
        package,
        layer,
        never,
    }
}

const OUTSIDE_WORLD: &[&str] = &[
    "tokio",
    "wgpu",
    "nvml-wrapper",
    "sqlx",
    "axum",
    "reqwest",
    "solana-client",
];
/// Of a package that runs in the interface too: nor does it draw random numbers.
const PURE: &[&str] = &[
    "tokio",
    "wgpu",
    "nvml-wrapper",
    "sqlx",
    "axum",
    "reqwest",
    "solana-client",
    "getrandom",
    "rand",
];
/// Packages above layer 0 that build for wasm32 as well.
const ALSO_WASM: &[&str] = &["hearth-economy", "hearth-node"];
/// Packages of layer 0 may build on each other, those of one higher layer may not.
const RULES: &[Rule] = &[
    rule("hearth-program-interface", 0, OUTSIDE_WORLD),
    rule("hearth-types", 0, OUTSIDE_WORLD),
    rule("hearth-protocol", 0, OUTSIDE_WORLD),
    rule("hearth-economy", 10, PURE),
    rule("hearth-market", 10, OUTSIDE_WORLD),
    rule("hearth-node", 10, PURE),
    rule("hearth-gpu", 20, &["sqlx", "solana-client"]),
    rule(
        "hearth-presence",
        20,
        &["tokio", "wgpu", "nvml-wrapper", "sqlx", "solana-client"],
    ),
    rule(
        "hearth-sandbox",
        20,
        &["wgpu", "nvml-wrapper", "sqlx", "solana-client"],
    ),
    rule("hearth-mesh", 20, &["wgpu", "sqlx", "solana-client"]),
    rule("hearth-store", 20, &["wgpu", "solana-client", "axum"]),
    rule("hearth-chain", 20, &["wgpu", "sqlx", "axum"]),
    rule(
        "hearth-engine",
        30,
        &["tauri", "leptos", "axum", "tray-icon", "wgpu", "nvml-wrapper"],
    ),
    rule(
        "hearth-runner",
        40,
        &["hearth-store", "hearth-chain", "sqlx", "solana-client"],
    ),
    rule("hearth-coordinator", 40, &["tauri", "wgpu", "nvml-wrapper"]),
    rule(
        "hearth-ui",
        40,
        &["tokio-tungstenite", "sqlx", "solana-client", "tauri", "wgpu"],
    ),
    rule(
        "hearth-window",
        40,
        &["hearth-engine", "sqlx", "solana-client", "wgpu", "nvml-wrapper"],
    ),
    rule("hearth", 40, &["tauri", "wgpu", "nvml-wrapper"]),
    rule("hearth-practice", 41, &["tauri", "wgpu", "nvml-wrapper"]),
    rule("hearth-bench-ledger", 90, &[]),
    rule("hearth-fake-nvml", 90, &[]),
    rule("hearth-tests", 90, &[]),
    rule("xtask", 90, &[]),
];

/// Packages that know no other of ours but these.
const ONLY: &[(&str, &[&str])] = &[
    ("hearth-ui", &["hearth-types", "hearth-economy"]),
    ("hearth-window", &["hearth-types"]),
    ("hearth-node", &["hearth-types"]),
];

/// Checks all of it.
///
/// # Errors
/// Every broken rule.
pub(crate) fn check(places: &Places) -> Result<()> {
    let mut broken = directions(places)?;
    for rule in RULES {
        broken.extend(forbidden(places, rule)?);
    }
    if !broken.is_empty() {
        bail!(
            "the layers of the architecture are broken:\n  {}",
            broken.join("\n  ")
        );
    }
    say::note("Every package depends on lower layers only and knows nothing it must not.");
    builds_for_wasm(places)
}

/// Dependencies between packages of ours go down.
fn directions(places: &Places) -> Result<Vec<String>> {
    let text = cargo(places)?
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output_text()?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata")?;
    let mut broken = Vec::new();
    for package in array(&metadata["packages"]) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(layer) = layer(name) else {
            broken.push(format!("{name} has no layer: give it one in the layer rules"));
            continue;
        };
        let normal = array(&package["dependencies"])
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        for dependency in normal.filter_map(|dependency| dependency["name"].as_str()) {
            let Some(below) = self::layer(dependency) else {
                continue;
            };
            if below > layer || (below == layer && layer > 0) {
                broken.push(format!(
                    "{name} must not depend on {dependency}: that is no lower layer"
                ));
            }
            let only = ONLY.iter().find(|(package, _)| *package == name);
            if only.is_some_and(|(_, allowed)| !allowed.contains(&dependency)) {
                broken.push(format!("{name} must not know {dependency}"));
            }
        }
    }
    Ok(broken)
}

/// What a package must not bring along, at any depth.
fn forbidden(places: &Places, rule: &Rule) -> Result<Vec<String>> {
    if rule.never.is_empty() {
        return Ok(Vec::new());
    }
    let mut tree = cargo(places)?;
    tree.args([
        "tree",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        rule.package,
    ]);
    // A developer's setting that builds all packages with one set of features would show edges that are none.
    let text = tree
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .output_text()?;
    let names: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let found = rule.never.iter().filter(|name| names.contains(*name));
    Ok(found
        .map(|name| format!("{} must not bring {name} along", rule.package))
        .collect())
}

fn builds_for_wasm(places: &Places) -> Result<()> {
    let mut check = cargo(places)?;
    check.args(["check", "--quiet", "--target", "wasm32-unknown-unknown"]);
    check.env("CARGO_TARGET_DIR", places.wasm_target());
    let here = |rule: &&Rule| rule.layer == 0 || ALSO_WASM.contains(&rule.package);
    for rule in RULES.iter().filter(here) {
        check.args(["--package", rule.package]);
    }
    Toolchain::find()?.apply(&mut check);
    check.run()?;
    say::note("Layer 0, the economy and the provider's policy build for wasm32.");
    Ok(())
}

fn layer(package: &str) -> Option<u8> {
    RULES
        .iter()
        .find(|rule| rule.package == package)
        .map(|rule| rule.layer)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
