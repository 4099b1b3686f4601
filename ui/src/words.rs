//! Every text of the interface, by key. Files in `locales/`; a key that does not exist does not compile.

#[expect(
    dead_code,
    unused_imports,
    unused_qualifications,
    clippy::expect_used,
    reason = "written by the build script from the locale files"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

use std::cell::Cell;

pub(crate) use generated::i18n::Locale;

thread_local! {
    static LOCALE: Cell<Locale> = const { Cell::new(Locale::en) };
}

/// The language in use.
pub(crate) fn locale() -> Locale {
    LOCALE.get()
}

/// The text behind a key, with its values filled in.
macro_rules! w {
    ($($key:tt)*) => { leptos_i18n::td_string!($crate::words::locale(), $($key)*) };
}
pub(crate) use w;
