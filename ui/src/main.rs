//! Hearth's interface: the same pages in the desktop window and in a browser.
//!
//! Of the product it knows only the words (`hearth-types`). Everything it shows comes through [`backend`], every
//! text through [`words`], every amount through [`components::Money`]. It holds no key and decides nothing.

#![expect(
    unreachable_pub,
    reason = "the component macro makes the properties of private components public"
)]

mod app;
mod backend;
mod components;
mod format;
mod jobs;
mod labels;
mod pages;
mod state;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::Root);
}

#[cfg(test)]
mod contrast;
