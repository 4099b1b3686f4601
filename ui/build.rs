//! Turns `locales/` into typed keys.
//!
//! Uses the generator behind `leptos_i18n_build` directly: that crate adds the whole ICU data exporter, of which
//! plain texts need nothing.

use std::{env, error::Error, fs, path::Path};

use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("en")?.parse_options(ParseOptions::new().interpolate_display(true));
    let locales = parse_locales(Some(env::var("CARGO_MANIFEST_DIR")?.into()), config)?;
    let code = leptos_i18n_codegen::gen_code(&locales, None, false, None, false)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("i18n.rs"), code.to_string())?;
    Ok(())
}
